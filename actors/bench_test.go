package actors_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// peer is one end of a benchmark: it sends what was prepared, and counts.
type peer struct {
	net.Conn
	b   *testing.B
	buf [4096]byte
}

// transports are the ways to a broker that are measured.
var transports = []string{"pipe", "tcp"}

// onEach runs a benchmark over every transport.
func onEach(b *testing.B, run func(b *testing.B, connect func(setup string) *peer)) {
	b.Helper()
	for _, transport := range transports {
		b.Run(transport, func(b *testing.B) {
			broker, err := actors.Start(b.Context(), actors.Config{Host: "127.0.0.1", Port: -1, NoListen: transport == "pipe"})
			require.NoError(b, err)
			b.Cleanup(func() {
				ctx, cancel := context.WithTimeout(context.Background(), time.Second)
				defer cancel()
				_ = broker.Stop(ctx) // clients that are not read to the end may be late
			})
			b.ReportAllocs()
			run(b, func(setup string) *peer { return connect(b, broker, setup) })
		})
	}
}

func connect(b *testing.B, broker *actors.Broker, setup string) *peer {
	b.Helper()
	dial := broker.InProcessConn
	if addr := broker.Addr(); addr != nil {
		dial = func() (net.Conn, error) { return net.Dial("tcp", addr.String()) }
	}
	return connectBy(b, dial, setup)
}

func connectBy(b *testing.B, dial func() (net.Conn, error), setup string) *peer {
	b.Helper()
	nc, err := dial()
	require.NoError(b, err)
	b.Cleanup(func() { nc.Close() })
	p := &peer{Conn: nc, b: b}
	p.until("\n")
	p.send([]byte("CONNECT {\"verbose\":false,\"pedantic\":false}\r\n" + setup + "PING\r\n"))
	p.until("PONG\r\n")
	return p
}

func (p *peer) send(text []byte) {
	if _, err := p.Write(text); err != nil {
		p.b.Error(err)
	}
}

// until reads up to an ending.
func (p *peer) until(ending string) {
	buf := p.buf[:]
	for n := 0; ; {
		m, err := p.Read(buf[n:])
		if err != nil {
			p.b.Error(err)
			return
		}
		if n += m; bytes.HasSuffix(buf[:n], []byte(ending)) {
			return
		}
		if n > len(buf)/2 {
			n = copy(buf, buf[n-len(ending):n])
		}
	}
}

// take reads so many bytes in the background.
func (p *peer) take(bytes int) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if _, err := io.CopyBuffer(io.Discard, io.LimitReader(p.Conn, int64(bytes)), make([]byte, 64<<10)); err != nil {
			p.b.Error(err)
		}
	}()
	return done
}

// publish sends n times the message, many in a write, and returns when the
// broker has delivered them all.
func (p *peer) publish(message string, n int) {
	const together = 512
	text := bytes.Repeat([]byte(message), together)
	for ; n > 0; n -= together {
		p.send(text[:min(n, together)*len(message)])
	}
	p.send([]byte("PING\r\n"))
	p.until("PONG\r\n")
}

const (
	sixteen   = "PUB foo.bar 16\r\n0123456789abcdef\r\n"
	delivered = "MSG foo.bar 1 16\r\n0123456789abcdef\r\n"
)

func BenchmarkPublish(b *testing.B) {
	onEach(b, func(b *testing.B, connect func(string) *peer) {
		b.Helper()
		p := connect("")
		b.ResetTimer()
		p.publish(sixteen, b.N)
	})
}

func BenchmarkFanOut(b *testing.B) {
	for _, subscribers := range []int{1, 10} {
		b.Run(fmt.Sprint(subscribers), func(b *testing.B) {
			onEach(b, func(b *testing.B, connect func(string) *peer) {
				b.Helper()
				p := connect("")
				var done []<-chan struct{}
				for range subscribers {
					done = append(done, connect("SUB foo.bar 1\r\n").take(b.N*len(delivered)))
				}
				b.ResetTimer()
				p.publish(sixteen, b.N)
				for _, d := range done {
					<-d
				}
			})
		})
	}
}

// BenchmarkQueue: five members on one connection, so that it is known how much
// comes back.
func BenchmarkQueue(b *testing.B) {
	onEach(b, func(b *testing.B, connect func(string) *peer) {
		b.Helper()
		p := connect("")
		setup := ""
		for i := range 5 {
			setup += fmt.Sprintf("SUB foo.bar workers %d\r\n", i+1)
		}
		done := connect(setup).take(b.N * len(delivered))
		b.ResetTimer()
		p.publish(sixteen, b.N)
		<-done
	})
}

func BenchmarkRequestReply(b *testing.B) {
	onEach(b, func(b *testing.B, connect func(string) *peer) {
		b.Helper()
		server := connect("SUB service 1\r\n")
		client := connect("SUB inbox 1\r\n")
		request, reply := []byte("PUB service inbox 2\r\nhi\r\n"), []byte("PUB inbox 2\r\nho\r\n")
		n := b.N
		go func() {
			for range n {
				server.until("hi\r\n")
				server.send(reply)
			}
		}()
		b.ResetTimer()
		for range n {
			client.send(request)
			client.until("ho\r\n")
		}
	})
}

// BenchmarkAnsweredOnce is a subscription for one message: what old clients do for
// each request.
func BenchmarkAnsweredOnce(b *testing.B) {
	broker, err := actors.Start(b.Context(), actors.Config{NoListen: true, Partitions: 16})
	require.NoError(b, err)
	b.ReportAllocs()
	p := connect(b, broker, "")
	const once = "SUB in.box 1\r\nUNSUB 1 1\r\nPUB in.box 2\r\nhi\r\n"
	b.ResetTimer()
	for range b.N {
		p.send([]byte(once))
		p.until("hi\r\n")
	}
}
