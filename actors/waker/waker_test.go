package waker

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// env is a broker with a waker, and a client in it.
type env struct {
	*Waker
	nc *nats.Conn
}

func setUp(t *testing.T) env {
	t.Helper()
	b, err := actors.Start(t.Context(), actors.Config{NoListen: true})
	require.NoError(t, err)
	t.Cleanup(func() { _ = b.Stop(t.Context()) })
	w, err := Start(t.Context(), b)
	require.NoError(t, err)
	nc, err := nats.Connect("", nats.InProcessServer(b))
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	return env{w, nc}
}

// hub answers for the server behind the link: it knows one consumer, kept, of a stream s.
func (e *env) hub(t *testing.T) {
	t.Helper()
	_, err := e.nc.Subscribe("$JS.API.CONSUMER.INFO.>", func(m *nats.Msg) {
		answer := `{"error":{"code":404,"err_code":10014,"description":"consumer not found"}}`
		if strings.HasSuffix(m.Subject, ".s.kept") {
			answer = `{"name":"kept"}`
		}
		_ = m.Respond([]byte(answer))
	})
	require.NoError(t, err)
	_, err = e.nc.Subscribe("$JS.API.STREAM.INFO.*", func(m *nats.Msg) {
		answer := `{"error":{"code":404,"err_code":10059,"description":"stream not found"}}`
		if name, ok := strings.CutPrefix(m.Subject, "$JS.API.STREAM.INFO.direct"); ok {
			answer = fmt.Sprintf(`{"config":{"allow_direct":%v}}`, name == "")
		}
		_ = m.Respond([]byte(answer))
	})
	require.NoError(t, err)
	require.NoError(t, e.nc.Flush())
}

// TestDirectGetsAreTold where there is no such stream, or none that answers them.
func TestDirectGetsAreTold(t *testing.T) {
	e := setUp(t)
	e.hub(t)
	get := func(stream string) *nats.Subscription {
		s := e.inbox(t)
		e.asked("$G", []byte("$JS.API.DIRECT.GET."+stream), []byte(s.Subject), nil)
		return s
	}
	there := get("direct.last.subject")
	for range 2 {
		assert.Equal(t, "503", told(t, get("direct-not")))
		assert.Equal(t, "503", told(t, get("none.a.b")))
	}
	n, _, err := there.Pending()
	require.NoError(t, err)
	assert.Zero(t, n)
}

// inbox subscribes to one.
func (e *env) inbox(t *testing.T) *nats.Subscription {
	t.Helper()
	s, err := e.nc.SubscribeSync(nats.NewInbox())
	require.NoError(t, err)
	require.NoError(t, e.nc.Flush())
	return s
}

// told is the status that comes next.
func told(t *testing.T, s *nats.Subscription) string {
	t.Helper()
	m, err := s.NextMsg(10 * time.Second)
	if errors.Is(err, nats.ErrNoResponders) {
		return "503"
	}
	require.NoError(t, err)
	return strings.TrimSpace(m.Header.Get("Status") + " " + m.Header.Get("Description"))
}

func TestPullsAreTold(t *testing.T) {
	e := setUp(t)
	e.hub(t)
	kept, lost, over, late := e.inbox(t), e.inbox(t), e.inbox(t), e.inbox(t)
	body := []byte(`{"expires":30000000000,"batch":500}`)
	e.asked("$G", []byte("$JS.API.CONSUMER.MSG.NEXT.s.kept"), []byte(kept.Subject), body)
	e.asked("$G", []byte("$JS.API.CONSUMER.MSG.NEXT.s.kept"), []byte(kept.Subject), body)
	e.asked("$G", []byte("$JS.hub.API.CONSUMER.MSG.NEXT.s.lost"), []byte(lost.Subject), []byte("1"))
	e.asked("$G", []byte("$JS.API.CONSUMER.MSG.NEXT.s.kept"), []byte(over.Subject), []byte(`{"expires":1}`))
	e.asked("$G", []byte("$JS.API.CONSUMER.MSG.NEXT.s.kept"), []byte(over.Subject), []byte(`{"no_wait":true}`))
	e.link("$G", true)
	assert.Equal(t, "409 Leadership Change", told(t, kept))
	assert.Equal(t, "409 Leadership Change", told(t, lost))
	assert.Equal(t, "503", told(t, lost))
	e.asked("$G", []byte("$JS.API.CONSUMER.MSG.NEXT.s.kept"), []byte(late.Subject), body)
	e.link("$G", true)
	assert.Equal(t, "409 Leadership Change", told(t, late))
	for _, s := range []*nats.Subscription{kept, lost, over} {
		n, _, err := s.Pending()
		require.NoError(t, err)
		assert.Zero(t, n, "each is told once")
	}
}

// TestPullsForNobodyAreTold: who asks for messages of a consumer that there is not hears that nobody has them, also when it
// was there before. What was asked of a named domain is not looked into, and who is known is not asked for again.
func TestPullsForNobodyAreTold(t *testing.T) {
	e := setUp(t)
	e.hub(t)
	asked, err := e.nc.SubscribeSync("$JS.API.CONSUMER.INFO.s.kept")
	require.NoError(t, err)
	require.NoError(t, e.nc.Flush())
	nobody, kept, abroad := e.inbox(t), e.inbox(t), e.inbox(t)
	e.asked("$G", []byte("$JS.hub.API.CONSUMER.MSG.NEXT.s.x"), []byte(abroad.Subject), nil)
	for range 3 {
		e.asked("$G", []byte("$JS.API.CONSUMER.MSG.NEXT.s.kept"), []byte(kept.Subject), []byte(`{"no_wait":true}`))
		e.asked("$G", []byte("$JS.API.CONSUMER.MSG.NEXT.s.nobody"), []byte(nobody.Subject), []byte(`{"expires":30000000000}`))
		assert.Equal(t, "503", told(t, nobody))
	}
	_, err = asked.NextMsg(10 * time.Second)
	require.NoError(t, err)
	for i, advisory := range []string{"CONSUMER.DELETED.s.kept", "STREAM.DELETED.s"} {
		require.NoError(t, e.nc.Publish("$JS.EVENT.ADVISORY."+advisory, nil))
		require.NoError(t, e.nc.Flush())
		e.asked("$G", []byte("$JS.API.CONSUMER.MSG.NEXT.s.nobody"), []byte(nobody.Subject), nil)
		assert.Equal(t, "503", told(t, nobody)) // the actor has heard of the advisory
		e.asked("$G", []byte("$JS.API.CONSUMER.MSG.NEXT.s.kept"), []byte(kept.Subject), nil)
		_, err = asked.NextMsg(10 * time.Second)
		require.NoError(t, err, i)
	}
	for _, s := range []*nats.Subscription{kept, abroad, asked} {
		n, _, err := s.Pending()
		require.NoError(t, err)
		assert.Zero(t, n, s.Subject)
	}
}

// TestKnownIsBounded: who is known is forgotten after a while, and when there are too many.
func TestKnownIsBounded(t *testing.T) {
	now, k := time.Now(), make(known)
	c := consumer{"s", "c"}
	assert.False(t, k.believe(c, now))
	assert.True(t, k.believe(c, now))
	assert.False(t, k.believe(c, now.Add(believed)))
	for i := range maxKnown {
		k.believe(consumer{"s", fmt.Sprint(i)}, now)
	}
	assert.LessOrEqual(t, len(k), maxKnown)
	assert.False(t, k.believe(c, now))
}

// TestOrderedConsumersAreTold by a heartbeat from which they know of a gap, where they are gone.
func TestOrderedConsumersAreTold(t *testing.T) {
	e := setUp(t)
	e.hub(t)
	lost, kept, deleted := e.inbox(t), e.inbox(t), e.inbox(t)
	create := func(name, inbox string) {
		e.asked("$G", []byte("$JS.API.CONSUMER.CREATE.s."+name), []byte("r"), fmt.Appendf(nil,
			`{"stream_name":"s","config":{"name":%q,"deliver_subject":%q,"ack_policy":"none","idle_heartbeat":5000000000,"flow_control":true}}`, name, inbox))
	}
	create("lost", lost.Subject)
	create("kept", kept.Subject)
	create("deleted", deleted.Subject)
	e.asked("$G", []byte("$JS.API.CONSUMER.DELETE.s.deleted"), []byte("r"), nil)
	e.link("$G", true)
	m, err := lost.NextMsg(10 * time.Second)
	require.NoError(t, err)
	assert.Equal(t, []string{"100", "Idle Heartbeat", beyond}, []string{m.Header.Get("Status"), m.Header.Get("Description"), m.Header.Get("Nats-Last-Consumer")})
	for _, s := range []*nats.Subscription{kept, deleted} {
		n, _, err := s.Pending()
		require.NoError(t, err)
		assert.Zero(t, n)
	}
}

// TestPullsOfALostLink are answered as by nobody, and told all the same.
func TestPullsOfALostLink(t *testing.T) {
	e := setUp(t)
	e.hub(t)
	e.link("$G", false)
	s := e.inbox(t)
	require.Eventually(t, func() bool { // until the subscription of the actor is in force, the broker says it
		require.NoError(t, e.nc.PublishRequest("$JS.API.CONSUMER.MSG.NEXT.s.kept", s.Subject, []byte(`{"expires":30000000000}`)))
		assert.Equal(t, "503", told(t, s))
		e.memory.mu.Lock()
		defer e.memory.mu.Unlock()
		return len(e.memory.accounts) > 0
	}, 10*time.Second, time.Millisecond)
	e.link("$G", true)
	assert.Equal(t, "409 Leadership Change", told(t, s))
}

func TestMemoryIsBounded(t *testing.T) {
	now := time.Now()
	m := newMemory(10_000)
	m.note("B", "$JS.API.CONSUMER.MSG.NEXT.s.c", "b", nil, now)
	for i := range 1000 {
		m.note("A", "$JS.API.CONSUMER.MSG.NEXT.s.c", fmt.Sprint("a", i), nil, now)
		m.note("A", "$JS.API.CONSUMER.CREATE.s.c", "r", []byte(strings.Repeat("x", maxRequest+1)), now)
	}
	assert.LessOrEqual(t, m.accounts["A"].bytes, 10_000)
	assert.Len(t, m.accounts["A"].byInbox, m.accounts["A"].order.Len())
	got := m.take("A", now)
	require.NotEmpty(t, got)
	assert.Equal(t, "a999", got[len(got)-1].inbox)
	assert.Len(t, m.take("B", now), 1)
	assert.Empty(t, m.take("A", now))
	assert.Zero(t, m.accounts["A"].bytes)
}

// TestWhatExpiresIsForgotten when others ask.
func TestWhatExpiresIsForgotten(t *testing.T) {
	now := time.Now()
	m := newMemory(maxBytes)
	for i := range 100 {
		m.note("A", "$JS.API.CONSUMER.MSG.NEXT.s.c", fmt.Sprint("a", i), []byte(`{"expires":1000}`), now.Add(time.Duration(i)*time.Second))
	}
	assert.Len(t, m.accounts["A"].byInbox, 1)
}

// FuzzRead: whatever clients ask, the books are right.
func FuzzRead(f *testing.F) {
	f.Add("$JS.API.CONSUMER.MSG.NEXT.s.c", "inbox", []byte(`{"expires":30000000000}`))
	f.Add("$JS.API.CONSUMER.CREATE.s.c.filter", "inbox", []byte(`{"config":{"deliver_subject":"d","ack_policy":"none","idle_heartbeat":5,"flow_control":true}}`))
	f.Add("$JS.d.API.CONSUMER.DELETE.s.c", "", []byte{})
	f.Fuzz(func(t *testing.T, subject, reply string, body []byte) {
		m := newMemory(2000)
		now := time.Now()
		for i := range 4 {
			m.note("A", subject, reply+strings.Repeat("x", i%3), body, now)
		}
		if a := m.accounts["A"]; a != nil {
			if a.bytes > 2000 || len(a.byInbox) != a.order.Len() || len(a.pushing) > a.order.Len() {
				t.Fatal("the books are wrong", a.bytes, len(a.byInbox), a.order.Len(), len(a.pushing))
			}
		}
	})
}
