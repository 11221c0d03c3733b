package audit

import (
	"bytes"
	"hash/crc32"
	"slices"
)

// seqKey is behind a record's number, where what its connection counts follows.
const seqKey = `,"seq":`

// repeat appends the last line again, with the numbers that follow while these have
// as many digits, and says how often. Nothing differs but digits then: those of the
// numbers, and of the check.
func (p *page) repeat(n, seq uint64, times int) int {
	times = int(min(uint64(times), sameDigits(n), sameDigits(seq)))
	if times <= 0 || p.origin == nil {
		return 0
	}
	b, size, head := p.lines, len(p.lines)-p.start, p.head
	check := size - len("\"}\n") - checkDigits
	if p.rest.shift == nil {
		tail := b[p.start+head : p.start+check-len(checkKey)]
		p.rest = rest{crc: crc32.Update(0, castagnoli, tail), shift: p.shifts.by(len(tail))}
		if p.rest.shift == nil {
			return 0
		}
	}
	sum := crc32.Update(0, castagnoli, b[p.start:p.start+head])
	number := bytes.Index(b[p.start:], []byte(seqKey)) // where it ends
	b = slices.Grow(b, times*size)
	for range times {
		b = append(b, b[len(b)-size:]...)
		line := b[len(b)-size:]
		sum ^= step(line[:head], 0) ^ step(line[:number], head-number)
		putSum(line[check:], p.rest.shift.over(sum)^p.rest.crc)
	}
	p.lines, p.start, p.last = b, len(b)-size, n+uint64(times)
	p.tape.again(times, b[p.start:p.start+head])
	return times
}

// sameDigits is how often one can be added to a number before it has more digits.
func sameDigits(n uint64) uint64 {
	for most := uint64(10); most < 1e19; most *= 10 {
		if n < most {
			return most - 1 - n
		}
	}
	return 0
}

// flips is what becomes of a CRC when bits of one byte are turned, by how far that
// is from the end and by the lowest four bits, which are those that digits differ
// in.
var flips = func() (f [64][16]uint32) {
	for bits := range f[0] {
		c := castagnoli[bits]
		for place := range f {
			f[place][bits] = c
			c = castagnoli[byte(c)] ^ c>>8
		}
	}
	return f
}()

// step adds one to the number at the end of b, which has room for that in its
// digits, and gives what it changes in a CRC that goes on behind b for so many
// bytes.
func step(b []byte, behind int) (change uint32) {
	i := len(b) - 1
	for ; b[i] == '9'; i-- {
		b[i] = '0'
		change ^= flips[behind]['9'^'0']
		behind++
	}
	d := b[i]
	b[i] = d + 1
	return change ^ flips[behind][d^(d+1)]
}

// follow makes the numbers at the beginning of a record's line those of the next
// one. It reports false if they do not fit into their digits.
func follow(head []byte) bool {
	number, _, has := bytes.Cut(head, []byte(seqKey))
	return (!has || increment(number)) && increment(head)
}

func increment(b []byte) bool {
	for i := len(b) - 1; i >= 0 && b[i] >= '0' && b[i] <= '9'; i-- {
		if b[i] != '9' {
			b[i]++
			return true
		}
		b[i] = '0'
	}
	return false
}
