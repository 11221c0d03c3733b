package session

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// TestSaid: another CONNECT is laid over what holds, what a client has said is kept, and no secret is.
func TestSaid(t *testing.T) {
	s := Session{said: nothing}
	first := wire.DefaultConnect()
	s.Take(&first)
	assert.Equal(t, first, s.Connect())

	o := s.Connect()
	require.NoError(t, o.Decode([]byte(`{"verbose":false,"name":"n","lang":"go","version":"1","protocol":1,"headers":true,"user":"u","pass":"p"}`)))
	s.Introduce(&o)
	assert.Equal(t, Said{Name: "n", Lang: "go", Version: "1", Tried: "u"}, s.Said())
	assert.True(t, s.Options.Verbose, "it is not let in yet")
	o.User, o.Pass = "", ""
	s.Take(&o)
	assert.Equal(t, o, s.Connect())

	s.seen = &report.Origin{Name: "n"}
	s.Rename("n")
	assert.NotNil(t, s.seen, "nothing is new")
	s.Rename("m")
	assert.Nil(t, s.seen)
	assert.Equal(t, "m", s.Said().Name)
}

func TestClientsThatSayTheSameShareIt(t *testing.T) {
	a, b := Session{said: nothing}, Session{said: nothing}
	for _, s := range []*Session{&a, &b} {
		s.Take(&wire.Connect{Name: string([]byte("n")), Lang: "go"})
	}
	assert.Equal(t, a.said, b.said)
}
