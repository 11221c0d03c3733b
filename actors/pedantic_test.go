package actors_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

const senseless = "-ERR 'Invalid Publish Subject'"

// A pedantic client is told at the control line, once, in its place among the
// answers, wherever what it sends is cut.
func TestPedanticAtEveryCut(t *testing.T) {
	const text = "PING\r\nPUB a..b 2\r\nhi\r\nPUB a..b 2\r\nhi\r\nSUB x.> 1\r\nHPUB x.* 12 13\r\nNATS/1.0\r\n\r\nh\r\nPUB a.b 1\r\nx\r\nPUB > 0\r\n\r\nUNSUB 1\r\n"
	for _, verbose := range []bool{false, true} {
		want := []string{"PONG", senseless, "+OK", senseless, "+OK", "+OK", senseless, "+OK", "HMSG x.* 1 12 13", "NATS/1.0", "", "h", "+OK", senseless, "+OK", "+OK"}
		if !verbose {
			want = without("+OK", want)
		}
		synctest.Test(t, func(t *testing.T) {
			b := actorstest.Start(t, actors.Config{})
			for cut := range len(text) + 1 {
				c := b.Client(t)
				c.Send(fmt.Sprintf(`CONNECT {"verbose":%t,"headers":true}`, verbose))
				if verbose {
					c.Expect("+OK")
				}
				c.Write(text[:cut])
				c.Write(text[cut:])
				c.Expect(want...)
				c.Quiet()
				c.Close()
			}
		})
	}
}

func without(word string, all []string) (others []string) {
	for _, s := range all {
		if s != word {
			others = append(others, s)
		}
	}
	return others
}

// It is told even if the payload never comes, is not closed as it should be, or is
// more than a batch behind.
func TestPedanticWithoutAPayload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{})
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":false}`, "SUB > 1", "PUB a 1", "x", "PUB a. 100000", strings.Repeat("y", 99_000))
		c.Expect("MSG a 1 1", "x", senseless)
		c.Write(strings.Repeat("z", 998) + "\r\n")
		c.Send("PUB a. 1", "xx")
		c.Expect(senseless, "-ERR 'Unknown Protocol Operation'", "-ERR 'Parser Error'")
		c.ExpectClosed()

		many := b.Client(t)
		many.Send(`CONNECT {"verbose":false}`)
		many.Write(strings.Repeat("PUB a. 0\r\n\r\n", 3000) + "PUB . 1\r\n")
		for range 3001 {
			many.Expect(senseless)
		}
		many.Quiet()
	})
}
