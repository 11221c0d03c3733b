package cache

// doorkeeper knows, roughly, which subjects have been asked for before: two bits
// by hash for each, in one word. It may take a stranger for somebody known (one
// time in six when it knows the most, seldom before), never the other way
// around, but it forgets everybody now and then.
type doorkeeper struct {
	words []uint64
	known int
}

// It is sized by the number of entries it keeps the door for, and forgets when
// it knows so many times more: subjects that take turns, some more of them than
// fit, shall be recognized when their next turn comes.
const (
	bitsPerEntry  = 16
	knownPerEntry = 4
)

// knows reports whether the subject of hash h has called before, and from now on it has.
func (d *doorkeeper) knows(h uint32, entries int) bool {
	if d.words == nil {
		d.words = make([]uint64, (entries*bitsPerEntry+63)/64)
	}
	if d.known >= entries*knownPerEntry {
		clear(d.words)
		d.known = 0
	}
	// The upper bits of the hash choose the word, as they do a home among cells;
	// the lower ones are left to choose the bits.
	word := &d.words[uint64(h)*uint64(len(d.words))>>32]
	bits := uint64(1)<<(h%64) | uint64(1)<<(h/64%64)
	if *word&bits == bits {
		return true
	}
	*word |= bits
	d.known++
	return false
}
