package front

import (
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/actorstest"
)

// few are limits that are soon met.
func few() limits {
	lim := usual
	lim.connections = 4
	return lim
}

func TestOldestIdleConnectionLeavesForOneThatComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openHall(t, few(), nil)
		var idle []*visitor
		for range 4 {
			v := h.enter("10.0.0.1", get("/"))
			status, _ := v.answer()
			require.Equal(t, 200, status)
			idle = append(idle, v)
			actorstest.Advance(t, 2*grace)
		}
		idle[0].say(get("/")) // now the second is the one that has waited longest
		_, _ = idle[0].answer()
		began := time.Now()
		status, _ := h.enter("10.0.0.1", get("/")).answer()
		assert.Equal(t, 200, status)
		assert.Zero(t, time.Since(began))
		assert.Equal(t, []bool{false, true, false, false}, []bool{idle[0].gone(), idle[1].gone(), idle[2].gone(), idle[3].gone()})
		assert.Equal(t, 4, h.present())
	})
}

func TestAddressThatHasMostConnectionsPays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openHall(t, few(), nil)
		lonely := h.enter("10.0.0.1", get("/")) // the oldest, and idle
		_, _ = lonely.answer()
		for i := range 100 {
			h.enter("10.0.0.2", "GET /")
			if i%2 == 0 {
				actorstest.Advance(t, time.Millisecond)
			}
		}
		assert.False(t, lonely.gone())
		lonely.say(get("/"))
		status, _ := lonely.answer()
		assert.Equal(t, 200, status)
	})
}

// Whatever is sent, or not, and however often: one that asks is answered, from
// another address and from the same.
func TestNobodyKeepsOthersOut(t *testing.T) {
	for _, tt := range []struct{ name, says string }{
		{"nothing", ""},
		{"half a line", "GET /he"},
		{"half a head", "GET / HTTP/1.1\r\nHost: here\r\nX-"},
		{"no body", "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\n"},
		{"half a chunk", "POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nabc"},
		{"reads nothing", get("/long")},
		{"reads nothing of much", get("/long") + get("/long")},
		{"waits", get("/slow")},
	} {
		for _, probe := range []string{"10.0.0.1", "10.0.0.2"} {
			t.Run(tt.name+" asked from "+probe, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					h := openHall(t, few(), nil)
					for range 50 {
						h.enter("10.0.0.1", tt.says)
						actorstest.Advance(t, time.Millisecond)
						if h.present() < 4 {
							continue
						}
						began := time.Now()
						v := h.enter(probe, get("/"))
						status, _ := v.answer()
						require.Equal(t, 200, status)
						require.Zero(t, time.Since(began))
						v.Close()
					}
					assert.LessOrEqual(t, h.present(), 4)
				})
			})
		}
	}
}

func TestHalfRequestsHaveAnEnd(t *testing.T) {
	for _, says := range []string{"", "GET /he", "GET / HTTP/1.1\r\nX-", "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\nabc"} {
		synctest.Test(t, func(t *testing.T) {
			h := openHall(t, few(), nil)
			v := h.enter("10.0.0.1", says)
			if strings.HasPrefix(says, "POST") {
				status, body := v.answer()
				assert.Equal(t, 400, status)
				assert.Equal(t, "the body of the request did not come", body)
			} else {
				go func() { _, _ = io.Copy(io.Discard, v) }() // it is told that this is no request
			}
			actorstest.Advance(t, requestTimeout+time.Second)
			assert.Zero(t, h.present(), says)
			assert.Zero(t, h.asked("/"))
		})
	}
}

func TestRequestsThatWereSentAheadWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openHall(t, few(), nil)
		v := h.enter("10.0.0.1", "")
		go func() { _, _ = fmt.Fprint(v, strings.Repeat(get("/long"), 1000)) }() // it fails when the server has closed
		synctest.Wait()
		assert.Equal(t, 1, h.asked("/long"), "who does not read the first answer gets no second")
		assert.LessOrEqual(t, h.used(), int64(longAnswer))
		actorstest.Advance(t, usual.patience+time.Second)
		assert.Zero(t, h.present())
		assert.Zero(t, h.used())
	})
}

func TestAddressesAreCountedByNetwork(t *testing.T) {
	for at, want := range map[string]string{
		"127.0.0.2:80": "127.0.0.2", "[::ffff:10.0.0.1]:80": "10.0.0.1", "[2001:db8:1:2:3::4]:80": "2001:db8:1:2::",
		"[fe80::1%eth0]:80": "fe80::", "pipe": "invalid IP",
	} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		r.RemoteAddr = at
		assert.Equal(t, want, AddressOf(r).String())
	}
	assert.Equal(t, "10.0.0.1", addressOf(&net.TCPAddr{IP: net.ParseIP("10.0.0.1")}).String())
	assert.False(t, addressOf(&net.UnixAddr{}).IsValid())
}
