package link_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/wire"
	"github.com/troupe-mq/troupe/wire/link"
)

// TestMessages: what is written is read as the same, at whatever byte it is cut.
func TestMessages(t *testing.T) {
	text := func(s string) []byte { return []byte(s) }
	plain, headers := link.Route.Heads("A")
	for _, tt := range []struct {
		name    string
		dialect link.Dialect
		m       link.Message
		want    string
	}{
		{"plain", link.Leaf, link.Message{Head: "LMSG ", Subject: text("a"), Body: text("hi")}, "LMSG a 2\r\nhi\r\n"},
		{"reply", link.Leaf, link.Message{Head: "LMSG ", Subject: text("a"), Reply: text("r"), Body: text("hi")}, "LMSG a r 2\r\nhi\r\n"},
		{"all", link.Leaf, link.Message{Head: "HMSG ", Subject: text("a"), Reply: text("r"), Queues: []string{"p", "q"}, Headers: true, Header: 1, Body: text("hi")}, "HMSG a + r p q 1 2\r\nhi\r\n"},
		{"shown as another", link.Leaf, link.Message{Head: "LMSG ", Subject: text("in"), Reply: text("$JS.ACK.S.C.1.1.1.1.0"), Shown: text("a"), Body: text("hi")}, "LMSG in $JS.ACK.S.C.1.1.1.1.0@a 2\r\nhi\r\n"},
		{"of a leaf node", link.Route, link.Message{Head: plain, Origin: "X", Subject: text("a"), Body: text("hi")}, "LMSG X A a 0 2\r\nhi\r\n"},
		{"of a leaf node, headers", link.Route, link.Message{Head: headers, Origin: "X", Subject: text("a"), Reply: text("r"), Headers: true, Header: 1, Body: text("hi")}, "LMSG X A a r 1 2\r\nhi\r\n"},
		{"of a leaf node, queues", link.Route, link.Message{Head: plain, Origin: "X", Subject: text("a"), Queues: []string{"q"}, Body: text("hi")}, "LMSG X A a | q 0 2\r\nhi\r\n"},
		{"of a leaf node, to an account's own route", link.RouteOfAccount, link.Message{Head: "RMSG ", Origin: "X", Subject: text("a"), Body: text("hi")}, "LMSG X a 0 2\r\nhi\r\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.m.Append(nil)
			assert.Equal(t, tt.want, string(got))
			assert.LessOrEqual(t, len(got), tt.m.Size())
			p := &link.Parser{Dialect: tt.dialect}
			for cut := range got {
				var c link.Command
				next, err := (&link.Parser{Dialect: tt.dialect}).Next(got[:cut], 0, &c)
				require.NoError(t, err)
				require.Zero(t, next)
			}
			var c link.Command
			next, err := p.Next(got, 0, &c)
			require.NoError(t, err)
			require.Len(t, got, next)
			span := func(s wire.Span) string { return string(s.Of(got)) }
			assert.Equal(t, tt.m.Origin, span(c.Origin))
			assert.Equal(t, string(tt.m.Subject), span(c.Subject))
			assert.Equal(t, string(tt.m.Body), span(c.Body))
			assert.Equal(t, tt.m.Header, c.Header)
		})
	}
}
