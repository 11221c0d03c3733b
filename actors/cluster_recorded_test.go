package actors_test

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// spoken is a line of a recording of two NATS servers: who speaks, and what it says.
var spoken = regexp.MustCompile(`^\s*[\d.]+ conn(\d) (dialer|acceptor)> ?(.*)$`)

// recorded is what one of the servers of a recording has said on a connection, as bytes.
func recorded(t *testing.T, name, conn, who string) string {
	t.Helper()
	text, err := os.ReadFile("../wire/link/testdata/" + name)
	require.NoError(t, err)
	var said strings.Builder
	for line := range strings.Lines(string(text)) {
		if m := spoken.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil && m[1] == conn && m[2] == who && m[3] != "<closed>" {
			said.WriteString(m[3] + "\r\n")
		}
	}
	return said.String()
}

// TestRecordedRoutes: what NATS servers have said to each other is understood, whoever has dialed, if it comes byte by byte:
// their messages reach clients, and what they want is known in the end.
func TestRecordedRoutes(t *testing.T) {
	for _, tt := range []struct {
		name, conn, who string
		wants           []string // in the end, outside of the system account
		messages        int      // to clients of the broker
	}{
		{"route-nopool-raw.txt", "1", "dialer", nil, 9},
		{"route-nopool-raw.txt", "1", "acceptor", []string{"foo.bar", "svc.echo", "work.x", "work.x"}, 1},
		{"route-lame-duck-raw.txt", "1", "dialer", nil, 0},
		{"route-accounts-leaf-origin-raw.txt", "1", "acceptor", []string{"acc.a", "to.leaf"}, 0},
		{"route-pool3-raw.txt", "4", "acceptor", []string{"foo.bar", "svc.echo", "work.x", "work.x"}, 1},
		{"route-pool3-raw.txt", "4", "dialer", nil, 9},
		{"route-pool3-raw.txt", "1", "dialer", nil, 0}, // that of the system account
	} {
		t.Run(tt.name+" "+tt.conn+" "+tt.who, func(t *testing.T) {
			c := clustered()
			c.ClusterName = "C1"
			if strings.Contains(tt.name, "pool3") {
				c.Cluster.PoolSize = 3
			}
			c.Accounts, c.Users = accounts("A"), []access.User{{Name: "G", Password: "G"}}
			broker := actorstest.Start(t, c)
			var n *node
			if tt.who == "dialer" {
				n = visit(t, broker, "THERE")
			} else {
				l := listenForRoutes(t)
				_, err := broker.Update(t.Context(), func(c *actors.Config) error {
					with := *c.Cluster
					with.Routes = []string{l.Addr().String()}
					c.Cluster = &with
					return nil
				})
				require.NoError(t, err)
				n = awaitPooled(t, l, "THERE")
			}
			a := broker.Client(t)
			a.Send(`CONNECT {"verbose":false,"headers":true,"user":"G","pass":"G"}`, "SUB foo.bar 1", "SUB work.x q1 2", "SUB work.x q2 3", "SUB svc.echo q 4", "SUB _INBOX.> 5", "SUB two.x 6")
			a.Fence()
			for _, b := range []byte(recorded(t, tt.name, tt.conn, tt.who)) {
				_, err := n.nc.Write([]byte{b})
				require.NoError(t, err)
			}
			n.send("PING", "")
			for n.line() != "PONG" { // which may be the answer to one in the recording
			}
			require.EventuallyWithT(t, func(t *assert.CollectT) {
				var wants []string
				for _, r := range broker.Cluster(context.Background(), true).Routes {
					if r.Connection == nil {
						continue
					}
					for _, s := range r.Connection.Subscriptions {
						if !strings.HasPrefix(s.Subject, "$SYS") {
							wants = append(wants, s.Subject)
						}
					}
				}
				assert.ElementsMatch(t, tt.wants, wants)
			}, patience, time.Millisecond)
			for got := 0; got < tt.messages; {
				if line := a.Line(); strings.HasPrefix(line, "MSG ") || strings.HasPrefix(line, "HMSG ") {
					got++
				}
			}
			a.Send("PING")
			for line := a.Line(); line != "PONG"; line = a.Line() {
				assert.False(t, strings.HasPrefix(line, "MSG ") || strings.HasPrefix(line, "HMSG "), "one more: %s", line)
			}
		})
	}
}
