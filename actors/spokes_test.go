package actors_test

import (
	"bufio"
	"encoding/json"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// open is the configuration of a broker that takes leaf nodes.
func open() actors.Config {
	return actors.Config{ServerName: "us", LeafNodes: &actors.LeafNodes{Listen: &actors.LeafPort{Host: "127.0.0.1", Port: -1}}}
}

// spoke is a link to a broker from the other side, at which a test plays a server that is its leaf node.
type spoke struct {
	leaf
	info map[string]any // what the broker has said last of itself
}

// dialSpoke makes a link, and hears the greeting.
func dialSpoke(t *testing.T, b *actorstest.Broker) *spoke {
	t.Helper()
	nc, err := net.Dial("tcp", b.LeafNodeAddr().String())
	require.NoError(t, err)
	t.Cleanup(func() { nc.Close() })
	require.NoError(t, nc.SetDeadline(time.Now().Add(patience)))
	s := &spoke{leaf: leaf{t: t, nc: nc, r: bufio.NewReader(nc)}}
	s.hearInfo()
	return s
}

func (s *spoke) hearInfo() {
	s.t.Helper()
	arg, found := strings.CutPrefix(s.line(), "INFO ")
	require.True(s.t, found)
	s.info = nil
	require.NoError(s.t, json.Unmarshal([]byte(arg), &s.info))
}

// introduce says CONNECT.
func (s *spoke) introduce(name string, more ...any) {
	s.t.Helper()
	all := map[string]any{"name": name, "server_id": name, "cluster": name, "headers": true, "version": "2.12.0", "troupe": "1", "protocol": 1, "remote_account": "$G"}
	for i := 0; i < len(more); i += 2 {
		all[more[i].(string)] = more[i+1]
	}
	text, err := json.Marshal(all)
	require.NoError(s.t, err)
	s.send("CONNECT "+string(text), "")
}

// attach has a leaf node be there, and returns what it is told.
func attach(t *testing.T, b *actorstest.Broker, name string, more ...any) (s *spoke, told []string) {
	t.Helper()
	s = dialSpoke(t, b)
	s.introduce(name, more...)
	s.hearInfo()
	assert.Equal(t, true, s.info["connect_info"])
	for _, line := range s.until("PING") {
		if !strings.Contains(line, "$LDS.") && !strings.Contains(line, " _R_.") {
			told = append(told, line)
		}
	}
	return s, told
}

// gone asserts that the broker ends the link, and returns what it has said before.
func (s *spoke) gone() string {
	s.t.Helper()
	return (&node{leaf: s.leaf}).gone()
}

// TestSpoke: what is wanted on one side of a link to a leaf node is told to the other, and messages go where they are wanted.
func TestSpoke(t *testing.T) {
	broker := actorstest.Start(t, open())
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false,"headers":true,"no_responders":true}`)
	a.Send("SUB here.* 1", "SUB jobs q 3")
	a.Fence()
	f := dialSpoke(t, broker)
	assert.Equal(t, "us", f.info["server_name"])
	assert.NotEmpty(t, f.info["nonce"])
	assert.NotZero(t, f.info["client_id"]) // or they take it for another port
	assert.NotNil(t, f.info["leafnode_urls"])
	f.introduce("there")
	f.hearInfo()
	assert.Equal(t, "$G", f.info["remote_account"])
	told := f.until("PING")
	assert.Contains(t, told, "LS+ here.*")
	assert.Contains(t, told, "LS+ jobs q 1")
	assert.Regexp(t, `LS\+ \$LDS\.[A-Z0-9]{12}0`, strings.Join(told, "\n"))
	assert.Len(t, told, 3, "reply routes are of no use where no other account asks")
	f.introduce("again") // as nats-servers do not, and take

	f.send("LS+ there.>", "LS+ there.*", "LS+ work q 2", "LS+ $SYS.REQ.USER.INFO", "")
	f.quiet()
	a.Send("PUB there.a 2", "hi", "PUB there.b r.1 2", "ho", "PUB work 1", "x", "PUB x 1", "x", "HPUB there.c 12 13", "NATS/1.0", "", "b")
	f.expect("LMSG there.a 2", "hi", "LMSG there.b r.1 2", "ho", "LMSG work | q 1", "x", "HMSG there.c 12 13", "NATS/1.0", "", "b")
	f.send("LMSG here.1 2", "hi", "LMSG here.2 r 2", "ho", "HMSG here.3 12 13", "NATS/1.0", "", "b", "LMSG jobs 1", "x", "LMSG jobs + r q 1", "y", "")
	a.Expect("MSG here.1 1 2", "hi", "MSG here.2 1 r 2", "ho", "HMSG here.3 1 12 13", "NATS/1.0", "", "b", "MSG jobs 3 r 1", "y")
	f.send("LS- there.>", "LS- there.*", "LS- work q", "")
	f.quiet()
	a.Send("UNSUB 1", "PUB there.a r.2 2", "no", "PING")
	a.Fence()
	f.expect("LS- here.*")
	f.quiet()
}

// TestSpokeAccounts: a leaf node is in the account of the user that it is, which leaf nodes may have of their own.
func TestSpokeAccounts(t *testing.T) {
	c := open()
	c.Accounts = accounts("A", "B")
	broker := actorstest.Start(t, c)
	b := broker.Client(t)
	b.Send(`CONNECT {"verbose":false,"user":"B","pass":"B"}`, "SUB x 1")
	b.Fence()
	_, told := attach(t, broker, "L", "user", "A", "pass", "A")
	assert.Empty(t, told)
	f, told := attach(t, broker, "L", "user", "B", "pass", "B")
	assert.Equal(t, []string{"LS+ x"}, told)
	assert.Equal(t, "B", f.info["remote_account"])
	wrong := dialSpoke(t, broker)
	wrong.introduce("W", "user", "B", "pass", "A")
	assert.Equal(t, "-ERR 'Authorization Violation'\r\n", wrong.gone())

	c.LeafNodes.Listen.Users = []access.LeafUser{{User: access.User{Name: "leaf", Password: "l"}, Account: "B"}, {User: access.User{Name: "other", Password: "o"}}}
	broker = actorstest.Start(t, c)
	f, _ = attach(t, broker, "L", "user", "leaf", "pass", "l")
	assert.Equal(t, "B", f.info["remote_account"])
	f, _ = attach(t, broker, "O", "user", "other", "pass", "o")
	assert.Equal(t, "$G", f.info["remote_account"])
	for _, who := range [][2]string{{"A", "A"}, {"leaf", "o"}, {"", ""}} {
		wrong := dialSpoke(t, broker)
		wrong.introduce("W", "user", who[0], "pass", who[1])
		assert.Equal(t, "-ERR 'Authorization Violation'\r\n", wrong.gone(), who)
	}
}

// TestHastySpoke: a nats-server says at once what it wants, and is not sent a PING before it is told what is wanted here.
func TestHastySpoke(t *testing.T) {
	broker := actorstest.Start(t, open())
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false}`, "SUB x 1")
	a.Fence()
	f := dialSpoke(t, broker)
	f.introduce("N", "troupe", "")
	f.hearInfo()
	for range 2 {
		assert.Regexp(t, `^LS\+ (x|\$LDS\.[A-Z0-9]+)$`, f.line())
	}
	f.quiet()
}
