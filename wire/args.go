package wire

import (
	"encoding/binary"
	"math/bits"
)

// maxArgs is the number of arguments that split looks for: one more than any
// operation has, so that too many are noticed without counting them all.
const maxArgs = 5

// maxDigits is how many digits a size may be spelled with.
const maxDigits = 9

func isBlank(b byte) bool { return b == ' ' || b == '\t' }

// split finds the arguments in buf[from:to], separated by any run of blanks. A
// CR inside a SUB or UNSUB line is one more blank; in PUB and HPUB it is part of
// the argument that it touches.
func split(buf []byte, from, to int, cr bool, args *[maxArgs]Span) int {
	n, start := 0, -1
	for i := from; i < to; i++ {
		b := buf[i]
		if b != ' ' && b != '\t' && (b != '\r' || !cr) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			args[n] = Span{uint32(start), uint32(i - start)}
			if n++; n == maxArgs {
				return n
			}
			start = -1
		}
	}
	if start >= 0 {
		args[n] = Span{uint32(start), uint32(to - start)}
		n++
	}
	return n
}

// ParseSize reads one to nine decimal digits and nothing else.
func ParseSize(text []byte) (size uint32, ok bool) {
	if len(text) == 0 || len(text) > maxDigits {
		return 0, false
	}
	for _, b := range text {
		d := b - '0'
		if d > 9 {
			return 0, false
		}
		size = size*10 + uint32(d)
	}
	return size, true
}

// leadingSize reads the digits that start at i and says where they end. More
// than nine make the number meaningless; the caller sees that by the end.
func leadingSize(buf []byte, i int) (size uint32, end int) {
	for ; i < len(buf); i++ {
		d := buf[i] - '0'
		if d > 9 {
			break
		}
		size = size*10 + uint32(d)
	}
	return size, i
}

// gap finds the first byte from i on that is a blank, CR, LF or another control
// byte, eight at a time. It gives up with -1 near the buffer's end, where eight
// bytes cannot be read: that is rare enough for its callers to look again slowly.
func gap(buf []byte, i int) int {
	for i+8 <= len(buf) {
		x := binary.LittleEndian.Uint64(buf[i:])
		// A byte below 0x21 borrows into its high bit. What borrows falsely lies
		// above a true one, and the lowest is what counts.
		if low := (x - 0x2121212121212121) &^ x & 0x8080808080808080; low != 0 {
			return i + bits.TrailingZeros64(low)>>3
		}
		i += 8
	}
	return -1
}
