package wire_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/troupe-mq/troupe/wire"
)

// benchParse parses a buffer of commands over and over. A turn of the loop is
// one command.
func benchParse(b *testing.B, command func(i int) string) {
	b.Helper()
	const commands = 1000
	var text strings.Builder
	for i := range commands {
		text.WriteString(command(i))
	}
	buf := []byte(text.String())
	p := wire.Parser{Headers: true}
	var c wire.Command
	at := 0
	b.SetBytes(int64(len(buf) / commands))
	b.ReportAllocs()
	for b.Loop() {
		next, err := p.Next(buf, at, &c)
		if err != nil || next == at {
			b.Fatal(next, err)
		}
		if at = next; at == len(buf) {
			at = 0
		}
	}
}

func BenchmarkPubNewSubject(b *testing.B) {
	benchParse(b, func(i int) string { return fmt.Sprintf("PUB bench.%06d.x 16\r\n0123456789abcdef\r\n", i) })
}

func BenchmarkPubRepeated(b *testing.B) {
	benchParse(b, func(int) string { return "PUB bench.000000.x 16\r\n0123456789abcdef\r\n" })
}

func BenchmarkPubReply(b *testing.B) {
	benchParse(b, func(i int) string {
		return fmt.Sprintf("PUB bench.%06d.x _INBOX.q8sKeWWrH3cIyX4T5nG3pF.%06d 16\r\n0123456789abcdef\r\n", i, i)
	})
}

func BenchmarkPubTwoSpaces(b *testing.B) {
	benchParse(b, func(i int) string { return fmt.Sprintf("PUB bench.%06d.x  16\r\n0123456789abcdef\r\n", i) })
}

func BenchmarkHpub(b *testing.B) {
	benchParse(b, func(i int) string {
		return fmt.Sprintf("HPUB bench.%06d.x 22 38\r\nNATS/1.0\r\nFoo: Bar\r\n\r\n0123456789abcdef\r\n", i)
	})
}

func BenchmarkSub(b *testing.B) {
	benchParse(b, func(i int) string { return fmt.Sprintf("SUB bench.%06d.x  %d\r\n", i, i) })
}

func BenchmarkUnsub(b *testing.B) {
	benchParse(b, func(i int) string { return fmt.Sprintf("UNSUB %d 1\r\n", i) })
}

func BenchmarkPing(b *testing.B) { benchParse(b, func(int) string { return wire.Ping }) }

func BenchmarkAppendMsg(b *testing.B) {
	subject, tail := []byte("bench.000000.x"), []byte("16\r\n0123456789abcdef\r\n")
	dst := make([]byte, 0, 1<<15)
	b.SetBytes(int64(len(wire.AppendMsg(nil, subject, "90", tail))))
	b.ReportAllocs()
	for b.Loop() {
		if cap(dst)-len(dst) < 100 {
			dst = dst[:0]
		}
		dst = wire.AppendMsg(dst, subject, "90", tail)
	}
}
