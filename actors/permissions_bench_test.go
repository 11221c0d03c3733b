package actors_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
)

// changing is 64 messages of which no two in a row have one subject.
var changing = func() (text []byte) {
	for i := range 64 {
		text = fmt.Appendf(text, "PUB foo.%02d 16\r\n0123456789abcdef\r\n", i)
	}
	return text
}()

// BenchmarkPermissions is one publisher and one subscriber, 64 messages of 16 B at a
// time, with all kinds of permissions: what they cost. A subject is judged once for
// as many messages in a row as have it.
func BenchmarkPermissions(b *testing.B) {
	lists := &access.Permissions{
		Publish:   access.Rules{Allow: []string{"orders.>", "foo.*", "_INBOX.>"}, Deny: []string{"foo.secret", "*.internal.>"}},
		Subscribe: access.Rules{Allow: []string{"orders.>", "foo.*", "_INBOX.>"}, Deny: []string{"orders.secret", "foo.secret"}},
	}
	open := &access.Permissions{Publish: lists.Publish, Subscribe: access.Rules{Allow: lists.Subscribe.Allow, Deny: []string{"orders.secret"}}}
	same := bytes.Repeat([]byte("PUB foo.10 16\r\n0123456789abcdef\r\n"), 64)
	for _, bc := range []struct {
		name    string
		may     *access.Permissions
		text    []byte
		pattern string
	}{
		{"one subject/none", nil, same, "foo.10"},
		{"one subject/lists", lists, same, "foo.10"},
		{"one subject/guarded", lists, same, "foo.*"}, // the pattern overlaps what is denied
		{"changing/none", nil, changing, "foo.*"},
		{"changing/lists", open, changing, "foo.*"},
		{"changing/guarded", lists, changing, "foo.*"},
	} {
		b.Run(bc.name, func(b *testing.B) {
			broker, err := actors.Start(b.Context(), actors.Config{
				Host: "127.0.0.1", Port: -1, Users: []access.User{{Name: "u", Permissions: bc.may}}, NoAuthUser: "u",
			})
			require.NoError(b, err)
			b.Cleanup(func() {
				ctx, cancel := context.WithTimeout(context.Background(), time.Second)
				defer cancel()
				_ = broker.Stop(ctx) // clients that are not read to the end may be late
			})
			dial := func() (net.Conn, error) { return net.Dial("tcp", broker.Addr().String()) }
			publisher := connectBy(b, dial, "")
			done := connectBy(b, dial, "SUB "+bc.pattern+" 1\r\n").take(b.N * (len(bc.text) + 64*len("1 ")))
			b.ReportAllocs()
			b.ResetTimer()
			publisher.publish(string(bc.text), b.N)
			<-done
		})
	}
}
