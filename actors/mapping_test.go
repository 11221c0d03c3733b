package actors_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// mapped maps all messages of one subject.
func mapped(source, subject string) access.Mapping {
	return access.Mapping{Source: source, Destinations: []access.Destination{{Subject: subject, Weight: 100}}}
}

// Equal subjects in a row are each given a name.
func TestMappedRun(t *testing.T) {
	b := actorstest.Start(t, actors.Config{Partitions: 3, Mappings: []access.Mapping{
		mapped("foo", "bar"),
		{Source: "half", Destinations: []access.Destination{{Subject: "other", Weight: 50}}},
		{Source: "part", Destinations: []access.Destination{{Subject: "some", Weight: 50}, {Subject: "part", Weight: 0}}},
	}})
	s, c := b.Client(t), b.Client(t)
	s.Send(`CONNECT {"verbose":false}`, "SUB > 1")
	s.Fence()
	c.Send(`CONNECT {"verbose":false}`, "PUB foo 1", "a", "PUB foo 1", "b", "PUB x 1", "c", "PUB x 1", "d", "PUB foo 1", "e")
	c.Fence()
	s.Expect("MSG bar 1 1", "a", "MSG bar 1 1", "b", "MSG x 1 1", "c", "MSG x 1 1", "d", "MSG bar 1 1", "e")
	const many = 200
	c.Write(strings.Repeat("PUB part 1\r\np\r\n", many) + strings.Repeat("PUB half 1\r\np\r\n", many))
	c.Fence()
	s.Send("PING")
	got := make(map[string]int)
	for line := s.Line(); line != "PONG"; line = s.Line() {
		got[line]++
	}
	assert.Len(t, got, 4) // the payload, and the names of all
	assert.Positive(t, got["MSG some 1 1"])
	assert.Less(t, got["MSG some 1 1"], many, "some are lost")
	assert.Equal(t, many, got["MSG half 1 1"]+got["MSG other 1 1"])
}

// What an account exports is published and requested by the names that it has
// there, and its importers' own mappings come before.
func TestMappedAcrossAccounts(t *testing.T) {
	accounts := partners()
	accounts[0].Mappings = []access.Mapping{mapped("pub.old", "pub.new"), mapped("svc.echo", "svc.v2")}
	accounts[1].Mappings = []access.Mapping{mapped("call", "my.echo"), mapped("answer", "in.1")}
	b := actorstest.Start(t, actors.Config{Partitions: 2, Accounts: accounts})
	a, c := headless(t, b, "A", "A"), as(t, b, "B", "B")
	c.Send("SUB > 1")
	c.Fence()
	a.Send("PUB pub.old 1", "s")
	a.Fence()
	c.Expect("MSG fromA.pub.new 1 1", "s")
	a.Send("SUB svc.* 1")
	a.Fence()
	c.Send("PUB call answer 1", "q")
	c.Expect("MSG my.echo 1 answer 1", "q")
	line := a.Line()
	require.Contains(t, line, "MSG svc.v2 1 ")
	a.Expect("q")
	a.Send("PUB "+replyOf(t, line)+" 1", "r")
	a.Fence()
	c.Expect("MSG in.1 1 1", "r") // an answer is published like anything else
}

func TestMappingsAreReloaded(t *testing.T) {
	b := actorstest.Start(t, actors.Config{Partitions: 2, Mappings: []access.Mapping{mapped("foo", "bar")}})
	s, c := b.Client(t), b.Client(t)
	c.Send(`CONNECT {"verbose":false}`)
	s.Send(`CONNECT {"verbose":false}`, "SUB > 1")
	s.Fence()
	for _, want := range []string{"bar", "baz", "foo"} {
		c.Send("PUB foo 1", "x")
		c.Fence()
		s.Expect("MSG "+want+" 1 1", "x")
		if want == "foo" {
			break
		}
		next := actors.Config{Partitions: 2}
		if want == "bar" {
			next.Mappings = []access.Mapping{mapped("foo", "baz")}
		}
		changes := reload(t, b, next)
		require.Len(t, changes, 1)
		assert.Equal(t, "mappings", changes[0].String())
	}
}
