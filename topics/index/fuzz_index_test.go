package index_test

import (
	"math/rand/v2"
	"testing"

	"github.com/troupe-mq/troupe/topics/index"
)

// run plays a script with an index for all, or with two that share a Wide.
func (w *world) run(t *testing.T, script []byte, results, room, wide byte) {
	p := &play{world: w, t: t, in: make([][]*guest, len(w.patterns))}
	c := index.Config[*guest]{Results: int(results), Bytes: int(room) << 8}
	if wide%2 == 1 {
		p.wide = index.NewWide[*guest]()
		c.Wide = p.wide
		p.indexes = append(p.indexes, index.New(c))
	}
	p.indexes = append(p.indexes, index.New(c))
	for ; len(script) >= 3; script = script[3:] {
		if p.do(script[0], script[1], script[2]); len(script)%64 == 0 {
			p.audit()
		}
	}
	p.end()
}

func FuzzIndex(f *testing.F) {
	w := newWorld()
	random := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		script := make([]byte, 3*200)
		for i := range script {
			script[i] = byte(random.Uint32())
		}
		f.Add(script, byte(random.Uint32()), byte(random.Uint32()), byte(random.Uint32()))
	}
	f.Fuzz(func(t *testing.T, script []byte, results, room, wide byte) {
		w.run(t, script[:min(len(script), 3*300)], results, room, wide)
	})
}

// TestIndexAtRandom is FuzzIndex for those who do not fuzz.
func TestIndexAtRandom(t *testing.T) {
	w := newWorld()
	random := rand.New(rand.NewPCG(3, 4))
	script := make([]byte, 3*1000)
	for range 40 {
		for i := range script {
			script[i] = byte(random.Uint32())
		}
		w.run(t, script, byte(random.Uint32()), byte(random.Uint32()), byte(random.Uint32()))
	}
}
