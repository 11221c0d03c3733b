package actors_test

import (
	"bufio"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/report"
)

// outside is a header by which a message is part of a trace outside, with its flags.
func outside(flags string) string {
	return "NATS/1.0\r\nTraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-" + flags + "\r\n\r\n"
}

// TestWatchSampled: whoever watches is told of what is recorded, of nothing else, and nobody gets another message for it.
func TestWatchSampled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{})
		told := make(chan *report.Trace, 10)
		b.WatchSampled(func(r *report.Trace) { told <- r })
		b.WatchTraces(func(r *report.Trace) { t.Errorf("nobody has asked for a trace of %q", r.Steps[0].Subject) })
		sub, pub := b.Client(t), b.Client(t)
		const connect = `CONNECT {"verbose":false,"headers":true}`
		sub.Send(connect, "SUB a 1")
		sub.Fence()
		pub.Send(connect)
		for _, flags := range []string{"00", "01"} {
			h := outside(flags)
			pub.Send(fmt.Sprintf("HPUB a %d %d", len(h), len(h)+2), h+"hi")
		}
		for _, flags := range []string{"00", "01"} {
			sub.Expect("HMSG a 1 82 84", "NATS/1.0", "Traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-"+flags, "", "hi")
		}
		r := <-told
		require.Len(t, r.Steps, 2)
		assert.Empty(t, r.Dest)
		assert.Empty(t, r.Steps[1].Waits, "it has the message")
		assert.Empty(t, told)
	})
}

// TestTraceSaysWhoIsStuck: a trace does not wait for who does not read.
func TestTraceSaysWhoIsStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{})
		told := make(chan *report.Trace, 1)
		b.WatchSampled(func(r *report.Trace) { told <- r })
		stuck, err := b.InProcessConn()
		require.NoError(t, err)
		defer stuck.Close()
		in := bufio.NewReader(stuck)
		_, err = in.ReadString('\n') // INFO
		require.NoError(t, err)
		fmt.Fprint(stuck, "CONNECT {\"verbose\":false,\"headers\":true}\r\nSUB a 1\r\nPING\r\n")
		pong, err := in.ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "PONG\r\n", pong)

		pub, h := b.Client(t), outside("01")
		pub.Send(`CONNECT {"verbose":false,"headers":true}`, fmt.Sprintf("HPUB a %d %d", len(h), len(h)+2), h+"hi")
		step := (<-told).Steps[1]
		assert.Equal(t, report.WaitsForSocket, step.Waits)
		assert.Equal(t, 250*time.Millisecond, step.Socket)
	})
}
