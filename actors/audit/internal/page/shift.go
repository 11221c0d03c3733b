package page

import (
	"hash/crc32"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
)

// shift carries a CRC over a number of bytes that follow, whose own CRC is known:
// the CRC of both is the shifted one of the first, exclusive or that of the second.
// A line that differs from the one before in its number only costs the CRC of the
// number so.
type shift [4][256]uint32

// newShift makes the shift over n bytes. A CRC is linear, so it is enough to know
// what becomes of each bit.
func newShift(n int) *shift {
	var bits [32]uint32
	for i := range bits {
		c := uint32(1) << i
		for range n {
			c = chain.Castagnoli[byte(c)] ^ c>>8
		}
		bits[i] = c
	}
	s := new(shift)
	for place := range s {
		for value := range s[place] {
			for bit := range 8 {
				if value>>bit&1 == 1 {
					s[place][value] ^= bits[8*place+bit]
				}
			}
		}
	}
	return s
}

func (s *shift) over(crc uint32) uint32 {
	return s[0][byte(crc)] ^ s[1][byte(crc>>8)] ^ s[2][byte(crc>>16)] ^ s[3][crc>>24]
}

// Shifts are those that have been made, by length.
type Shifts map[int]*shift

// maxShifts is how many are kept. Lines that go on in the same way are of few
// lengths.
const maxShifts = 64

// by gives a shift, nil if it is not worth it.
func (s Shifts) by(n int) *shift {
	found := s[n]
	if found == nil && len(s) < maxShifts {
		found = newShift(n)
		s[n] = found
	}
	return found
}

// rest is what a line has in common with the one before: all behind its number.
type rest struct {
	crc   uint32
	shift *shift // nil while it has come once only
}

// sum is the CRC of a line, cut behind its number.
func (r *rest) sum(head, tail []byte, again bool, known Shifts) uint32 {
	switch {
	case !again:
		*r = rest{}
	case r.shift == nil:
		*r = rest{crc: crc32.Update(0, chain.Castagnoli, tail), shift: known.by(len(tail))}
	}
	first := crc32.Update(0, chain.Castagnoli, head)
	if r.shift == nil {
		return crc32.Update(first, chain.Castagnoli, tail)
	}
	return r.shift.over(first) ^ r.crc
}
