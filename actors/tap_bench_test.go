package actors

import (
	"fmt"
	"strings"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// deaf is a tap that takes everything and looks at nothing.
func deaf() actor.Actor { return actor.ReceiveFunc(func(actor.Context) {}) }

const manyMessages = "PUB foo.bar 16\r\n0123456789abcdef\r\n"

// tappedBench is a bench whose broker has a tap, if the spec has a name.
func tappedBench(tb testing.TB, spec TapSpec) *bench {
	tb.Helper()
	b := newBench(tb, 1, strings.Repeat(manyMessages, 1800))
	b.c.self = &Origin{}
	if spec.Name != "" {
		h := b.c.hub
		require.NoError(tb, (&Broker{hub: h}).AddTap(spec, deaf))
	}
	return b
}

// TestCaptureDoesNotAllocate: what a tap is told costs nothing for each message,
// and a few allocations for each commit, most of them where the tap runs.
func TestCaptureDoesNotAllocate(t *testing.T) {
	if raced {
		t.Skip("the race detector allocates")
	}
	for _, p := range []Payload{PayloadNone, PayloadAll} {
		b := tappedBench(t, TapSpec{Name: "tap", Payload: p})
		b.run()
		assert.Less(t, testing.AllocsPerRun(200, b.run), 30.0)
	}
}

// BenchmarkTap is what a publisher pays for a tap that drops: the time is for one
// message to one subscriber.
func BenchmarkTap(b *testing.B) {
	for _, tt := range []struct {
		name string
		spec TapSpec
	}{
		{"none", TapSpec{}},
		{"metadata", TapSpec{Name: "tap"}},
		{"payload", TapSpec{Name: "tap", Payload: PayloadAll}},
		{"other subjects", TapSpec{Name: "tap", Subjects: []string{"bar.>"}}},
		{"full", TapSpec{Name: "tap", MaxBytes: 1}},
	} {
		b.Run(fmt.Sprint(tt.name), func(b *testing.B) {
			k := tappedBench(b, tt.spec)
			b.ReportAllocs()
			b.ResetTimer()
			for n := 0; n < b.N; n += 1800 {
				k.run()
			}
		})
	}
}

// BenchmarkCapture is the writing down alone, for one message of a full batch.
func BenchmarkCapture(b *testing.B) {
	for _, tt := range []struct {
		name, text string
		payload    Payload
	}{
		{"metadata", manyMessages, PayloadNone},
		{"payload", manyMessages, PayloadAll},
		{"no runs", manyMessages + "PUB foo.baz 2\r\nhi\r\n", PayloadNone},
	} {
		b.Run(tt.name, func(b *testing.B) {
			k := newBench(b, 0, "")
			text := strings.Repeat(tt.text, 1000)
			copy(k.c.in.space(), text)
			k.c.in.w += len(text)
			k.c.collect()
			spec, err := TapSpec{Name: "tap", Payload: tt.payload}.complete()
			require.NoError(b, err)
			f, of := newFeed(k.c.hub, spec), k.c.batch
			n := len(of.entries)
			b.ReportAllocs()
			b.ResetTimer()
			for done := 0; done < b.N; done += n {
				found := f.capture(of, 0, n, afterwards)
				for found.first != nil {
					found.pop().recycle()
				}
			}
		})
	}
}
