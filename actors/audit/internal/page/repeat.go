package page

import (
	"bytes"
	"hash/crc32"
	"slices"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
)

// repeat appends the last line again, with the numbers that follow while these have
// as many digits, and says how often. Nothing differs but digits then: those of the
// numbers, and of the check.
func (p *Page) repeat(n, seq uint64, times int) int {
	times = int(min(uint64(times), sameDigits(n), sameDigits(seq)))
	if times <= 0 || p.origin == nil {
		return 0
	}
	b, size, head := p.Lines, len(p.Lines)-p.start, p.head
	check := size - len("\"}\n") - chain.CheckDigits
	if p.rest.shift == nil {
		tail := b[p.start+head : p.start+check-len(chain.CheckKey)]
		p.rest = rest{crc: crc32.Update(0, chain.Castagnoli, tail), shift: p.shifts.by(len(tail))}
		if p.rest.shift == nil {
			return 0
		}
	}
	sum := crc32.Update(0, chain.Castagnoli, b[p.start:p.start+head])
	number := bytes.Index(b[p.start:], []byte(chain.SeqKey)) // where it ends
	b = slices.Grow(b, times*size)
	for range times {
		b = append(b, b[len(b)-size:]...)
		line := b[len(b)-size:]
		sum ^= step(line[:head], 0) ^ step(line[:number], head-number)
		chain.PutSum(line[check:], p.rest.shift.over(sum)^p.rest.crc)
	}
	p.Lines, p.start, p.Last = b, len(b)-size, n+uint64(times)
	p.Tape.Again(times, b[p.start:p.start+head])
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
		c := chain.Castagnoli[bits]
		for place := range f {
			f[place][bits] = c
			c = chain.Castagnoli[byte(c)] ^ c>>8
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
