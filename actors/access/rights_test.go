package access_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/fair"
)

func TestMayPublish(t *testing.T) {
	responses := &access.Responses{}
	tests := []struct {
		name        string
		permissions *access.Permissions
		yes, no     []string
	}{
		{"none", nil, []string{"a", "a.b", "$X"}, nil},
		{"empty", &access.Permissions{}, []string{"a", "a.b"}, nil},
		{
			"allow", &access.Permissions{Publish: access.Rules{Allow: []string{"a", "b.*", "c.>"}}},
			[]string{"a", "b.x", "c.x", "c.x.y"},
			[]string{"b", "c", "a.a", "b.x.y", "d", "A", "", "a.", ".a"},
		},
		{
			"deny", &access.Permissions{Publish: access.Rules{Deny: []string{"a", "b.*"}}},
			[]string{"a.a", "b", "b.x.y"},
			[]string{"a", "b.x"},
		},
		{
			"deny wins", &access.Permissions{Publish: access.Rules{Allow: []string{"a.>"}, Deny: []string{"a.secret"}}},
			[]string{"a.b", "a.secret.b"},
			[]string{"a.secret", "b"},
		},
		{"deny everything", &access.Permissions{Publish: access.Rules{Deny: []string{">"}}}, nil, []string{"a", "a.b"}},
		{"only responses", &access.Permissions{Responses: responses}, nil, []string{"a", "_INBOX.x"}},
		{"responses and more", &access.Permissions{Publish: access.Rules{Allow: []string{"log"}}, Responses: responses}, []string{"log"}, []string{"a"}},
		{"a wildcard is a literal here", &access.Permissions{Publish: access.Rules{Allow: []string{"a.b"}}}, nil, []string{"a.*", ">", "*.b"}},
		{"subscribe says nothing about it", &access.Permissions{Subscribe: access.Rules{Deny: []string{">"}}}, []string{"a"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.permissions != nil {
				require.NoError(t, tt.permissions.Validate())
			}
			r := access.NewRights(tt.permissions)
			p := r.NewPublisher()
			for range 2 { // the second time it is remembered
				for _, s := range tt.yes {
					assert.True(t, r.MayPublish([]byte(s)), s)
					assert.True(t, p.May([]byte(s)), s)
				}
				for _, s := range tt.no {
					assert.False(t, r.MayPublish([]byte(s)), s)
					assert.False(t, p.May([]byte(s)), s)
				}
			}
		})
	}
}

func TestSubscribe(t *testing.T) {
	const denied, filtered, allowed = access.Denied, access.Filtered, access.Allowed
	tests := []struct {
		name           string
		rules          access.Rules
		pattern, queue string
		want           access.Decision
	}{
		{"no rules", access.Rules{}, ">", "", allowed},
		{"allowed", access.Rules{Allow: []string{"a"}}, "a", "", allowed},
		{"not allowed", access.Rules{Allow: []string{"a"}}, "b", "", denied},
		{"more than allowed", access.Rules{Allow: []string{"a.b"}}, "a.*", "", denied},
		{"the pattern itself", access.Rules{Allow: []string{"a.*"}}, "a.*", "", allowed},
		{"compared as a subject", access.Rules{Allow: []string{"a.*"}}, "a.>", "", allowed},
		{"compared as a subject of one token", access.Rules{Allow: []string{"a.*"}}, ">", "", denied},
		{"a queue where it is allowed to all", access.Rules{Allow: []string{"a"}}, "a", "q", allowed},

		{"denied", access.Rules{Deny: []string{"a"}}, "a", "", denied},
		{"denied to queues", access.Rules{Deny: []string{"a"}}, "a", "q", denied},
		{"denied as a subject", access.Rules{Deny: []string{"a.*"}}, "a.>", "", denied},
		{"overlaps a literal", access.Rules{Deny: []string{"a.b"}}, "a.*", "", filtered},
		{"overlaps a wildcard", access.Rules{Deny: []string{"*.b"}}, "a.>", "", filtered},
		{"overlaps, in a queue", access.Rules{Deny: []string{"a.b"}}, "a.*", "q", filtered},
		{"overlaps not", access.Rules{Deny: []string{"b.b"}}, "a.*", "", allowed},
		{"allowed in part", access.Rules{Allow: []string{"a.>"}, Deny: []string{"a.b"}}, "a.>", "", filtered},
		{"beside what is denied", access.Rules{Allow: []string{"a.>"}, Deny: []string{"a.b"}}, "a.c", "", allowed},

		{"only in a queue: it", access.Rules{Allow: []string{"a q"}}, "a", "q", allowed},
		{"only in a queue: another", access.Rules{Allow: []string{"a q"}}, "a", "r", denied},
		{"only in a queue: none", access.Rules{Allow: []string{"a q"}}, "a", "", denied},
		{"plain and a queue: none", access.Rules{Allow: []string{"a", "a q"}}, "a", "", allowed},
		{"plain and a queue: it", access.Rules{Allow: []string{"a", "a q"}}, "a", "q", allowed},
		{"plain and a queue: another", access.Rules{Allow: []string{"a", "a q"}}, "a", "r", denied},
		{"queues by a wildcard", access.Rules{Allow: []string{"a v2.*"}}, "a", "v2.x", allowed},
		{"queues by a wildcard: another", access.Rules{Allow: []string{"a v2.*"}}, "a", "v1.x", denied},
		{"queues by a tail", access.Rules{Allow: []string{"a.> v2.>"}}, "a.b", "v2.x.y", allowed},
		{"queue denied: it", access.Rules{Deny: []string{"a q"}}, "a", "q", denied},
		{"queue denied: another", access.Rules{Deny: []string{"a q"}}, "a", "r", allowed},
		{"queue denied: none", access.Rules{Deny: []string{"a q"}}, "a", "", allowed},
		{"queues denied by a wildcard", access.Rules{Deny: []string{"> *.prod"}}, "a", "x.prod", denied},
		{"queue denied, overlaps", access.Rules{Deny: []string{"a.b q"}}, "a.*", "q", filtered},
		{"queue denied, overlaps a plain one", access.Rules{Deny: []string{"a.b q"}}, "a.*", "", allowed},
		{"denied to all, and to a queue", access.Rules{Deny: []string{"a", "a q"}}, "a", "r", denied},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := &access.Permissions{Subscribe: tt.rules}
			require.NoError(t, p.Validate())
			assert.Equal(t, tt.want, access.NewRights(p).Subscribe(tt.pattern, tt.queue))
		})
	}
	assert.Equal(t, allowed, (*access.Rights)(nil).Subscribe(">", "q"))
}

func TestMayReceive(t *testing.T) {
	r := access.NewRights(&access.Permissions{Subscribe: access.Rules{Allow: []string{"a.>"}, Deny: []string{"a.hidden", "a.*.no", "a.jobs q.*"}}})
	for subject, want := range map[string]bool{"a.b": true, "a.hidden": false, "a.hidden.b": true, "a.x.no": false, "a.jobs": true} {
		assert.Equal(t, want, r.MayReceive([]byte(subject), ""), subject)
	}
	assert.False(t, r.MayReceive([]byte("a.jobs"), "q.1"))
	assert.True(t, r.MayReceive([]byte("a.jobs"), "r.1"))
	assert.True(t, (*access.Rights)(nil).MayReceive([]byte("a"), ""))
}

func TestDecisionsDoNotAllocate(t *testing.T) {
	r := access.NewRights(&access.Permissions{
		Publish:   access.Rules{Allow: []string{"orders.eu.>", "log"}, Deny: []string{"orders.*.secret"}},
		Subscribe: access.Rules{Deny: []string{"orders.hidden", "orders.*.no", "> q"}},
	})
	p := r.NewPublisher()
	subject := []byte("orders.eu.created." + strings.Repeat("x", 60))
	p.May(subject)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		p.May(subject)
		r.MayPublish(subject)
		r.MayReceive(subject, "workers")
		access.ReservedReply(subject)
		access.ReservedSubject(subject)
	}))
}

func TestPublisherIsBounded(t *testing.T) {
	p := access.NewRights(&access.Permissions{Publish: access.Rules{Deny: []string{"*.7"}}}).NewPublisher()
	for i := range 10_000 {
		require.Equal(t, i != 7, p.May([]byte("a."+strconv.Itoa(i))))
		require.LessOrEqual(t, p.Known(), 480)
	}
	p.May([]byte("a.1"))
	before := p.Known()
	require.True(t, p.May([]byte("a."+strings.Repeat("x", 200))))
	assert.Equal(t, before, p.Known(), "a long subject is not remembered")
	assert.True(t, (*access.Publisher)(nil).May([]byte("a")))
}

func TestPermits(t *testing.T) {
	now := time.Unix(1000, 0)
	book := func(r access.Responses) *access.Permits {
		return access.NewRights(&access.Permissions{Responses: &r}).NewPermits()
	}
	reply := []byte("_INBOX.1")

	p := book(access.Responses{})
	assert.False(t, p.Use(reply, now), "nobody has asked")
	p.Grant("_INBOX.1", fair.Owner{}, now)
	assert.True(t, p.Open(reply, now))
	assert.True(t, p.Use(reply, now))
	assert.False(t, p.Use(reply, now), "one is the default")
	p.Grant("_INBOX.1", fair.Owner{}, now)
	assert.True(t, p.Use(reply, now.Add(2*time.Minute)))
	p.Grant("_INBOX.1", fair.Owner{}, now)
	assert.False(t, p.Open(reply, now.Add(2*time.Minute+1)))
	assert.False(t, p.Use(reply, now.Add(2*time.Minute+1)), "two minutes are the default")
	assert.False(t, p.Use(reply, now), "it is gone")

	p = book(access.Responses{Max: 3, Expires: time.Second})
	p.Grant("_INBOX.1", fair.Owner{}, now)
	for range 3 {
		assert.True(t, p.Use(reply, now))
	}
	assert.False(t, p.Use(reply, now))
	p.Grant("_INBOX.1", fair.Owner{}, now)
	assert.True(t, p.Use(reply, now))
	p.Grant("_INBOX.1", fair.Owner{}, now.Add(time.Second)) // asked again: it begins anew
	for range 3 {
		assert.True(t, p.Use(reply, now.Add(2*time.Second)))
	}

	p = book(access.Responses{Max: -1, Expires: -1})
	p.Grant("_INBOX.1", fair.Owner{}, now)
	for range 100 {
		assert.True(t, p.Use(reply, now.Add(1000*time.Hour)))
	}
	assert.Nil(t, (*access.Rights)(nil).NewPermits())
	assert.False(t, (*access.Permits)(nil).Use(reply, now))
}

func TestPermitsAreBounded(t *testing.T) {
	now := time.Unix(1000, 0)
	r := access.NewRights(&access.Permissions{Responses: &access.Responses{Max: -1, Expires: -1}})
	p := r.NewPermits()
	const most = 4 << 20
	for i := range 40_000 {
		p.Grant(strconv.Itoa(i), fair.Owner{}, now)
		require.LessOrEqual(t, p.Size(), most/320)
	}
	assert.False(t, p.Open([]byte("0"), now), "the oldest are forgotten")
	assert.True(t, p.Open([]byte("39999"), now))

	p = r.NewPermits()
	p.Grant("mine", fair.Owner{Account: 1, Client: 1}, now)
	p.Grant("neighbour", fair.Owner{Account: 2, Client: 1}, now)
	for i := range 2000 {
		p.Grant(strconv.Itoa(i)+strings.Repeat("x", 4000), fair.Owner{Account: 2, Client: 2}, now)
	}
	assert.Less(t, p.Size(), 1000, "long subjects take a place each, and bytes")
	assert.True(t, p.Open([]byte("mine"), now), "who asks too much displaces itself")
	assert.True(t, p.Open([]byte("neighbour"), now))

	p = access.NewRights(&access.Permissions{Responses: &access.Responses{}}).NewPermits()
	for i := range 100 {
		p.Grant(strconv.Itoa(i), fair.Owner{}, now)
	}
	p.Tidy(now.Add(time.Minute))
	assert.Equal(t, 100, p.Size())
	p.Tidy(now.Add(time.Hour))
	assert.Zero(t, p.Size())

	p = access.NewRights(&access.Permissions{Responses: &access.Responses{}}).NewPermits()
	for i := range 10_000 { // each is answered: nothing is kept
		p.Grant(strconv.Itoa(i), fair.Owner{}, now)
		require.True(t, p.Use([]byte(strconv.Itoa(i)), now))
		require.LessOrEqual(t, p.Size(), 1)
	}
}

func TestReserved(t *testing.T) {
	for subject, want := range map[string]bool{"_GR_.a": true, "$NRG.a.b": true, "_GR_": false, "a": false, "_INBOX.a": false, "$SYS.a": false, "": false} {
		assert.Equal(t, want, access.ReservedSubject([]byte(subject)), subject)
	}
	for reply, want := range map[string]bool{"_R_.a": true, "$JS.ACK.a": true, "_GR_.a": true, "_R_a": false, "$JS.API": false, "_INBOX.x": false, "": false} {
		assert.Equal(t, want, access.ReservedReply([]byte(reply)), reply)
	}
	assert.True(t, access.ReservedQueue([]byte("_sys_")))
	assert.False(t, access.ReservedQueue([]byte("_sys")))
}
