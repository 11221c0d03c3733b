package feed

import (
	"errors"
	"fmt"
	"time"

	"github.com/troupe-mq/troupe/actors/tap"
)

// handover is the chunks of one tap.Batch, from when it is given to the tap until
// the tap has taken it.
type handover struct {
	chunks  []*chunk
	records int
	bytes   int
	over    bool // it is taken, lost, or waits again
}

// next gives the tap a batch of what waits, nil if nothing does.
func (f *Feed) next() *handover {
	f.mu.Lock()
	defer f.unlock()
	h := &handover{}
	for f.waiting.first != nil {
		k := f.waiting.first
		if k.raw > 0 {
			if f.bytes >= f.Spec.MaxBytes && len(f.given)+len(h.chunks) > 0 {
				break
			}
			f.writeDown()
			continue
		}
		if len(h.chunks) > 0 && (h.records+k.records() > f.Spec.MaxBatch || k.tries > 0 || h.chunks[0].tries > 0) {
			break // what has crashed the tap goes alone, to find out which of them it was
		}
		h.add(f.waiting.pop())
	}
	if len(h.chunks) == 0 {
		return nil
	}
	f.given = append(f.given, h)
	return h
}

func (h *handover) add(k *chunk) {
	h.chunks = append(h.chunks, k)
	h.records += k.records()
	h.bytes += k.size
}

// cameBack is called when the tap has come back from a batch: it is told of the next.
func (f *Feed) cameBack() {
	f.mu.Lock()
	defer f.unlock()
	f.awake = false
	if f.stuck && len(f.given) == 0 {
		f.progress() // it has come back, from wherever it was
	}
	f.rouseForMore()
}

// finish is told that the tap has taken a batch, or that it could not. Only the
// first word counts.
func (f *Feed) finish(h *handover, err error) {
	f.mu.Lock()
	defer f.unlock()
	if h.over {
		return
	}
	h.over = true
	f.forget(h)
	for _, k := range h.chunks {
		if err != nil {
			f.miss(k, fmt.Sprintf("%s: %s", lossFailed, err))
		} else {
			f.took(k)
		}
	}
	h.chunks = nil
	f.progress()
}

// forget takes a batch off the list of those that are given.
func (f *Feed) forget(h *handover) {
	for i := range f.given {
		if f.given[i] == h {
			f.given = append(f.given[:i], f.given[i+1:]...)
			return
		}
	}
}

// took counts a chunk that the tap has, and lets its publisher go on.
func (f *Feed) took(k *chunk) {
	f.bytes -= k.size
	f.taken += uint64(k.records())
	if w := k.wait; w != nil {
		w.open--
		if w.open == 0 {
			f.resolve(w, nil)
		}
	}
	k.recycle()
}

// miss counts a chunk that the tap will never have. What its publisher is told of
// is no loss. The chunk is not used again: a tap that hangs may be looking at it.
func (f *Feed) miss(k *chunk, why string) {
	f.bytes -= k.size
	switch {
	case k.gap != nil:
		f.lost -= k.gap.Count // it is counted once more
		f.lose(int(k.gap.Count), k.gap.From, k.gap.To, k.gap.Reason)
		if last := f.waiting.last; last != nil && last.gap != nil {
			last.tries++
		}
	case k.wait == nil || f.Spec.LetThrough:
		f.lose(k.records(), k.time, k.time, why)
	case k.silent > 0:
		f.lose(k.silent, k.time, k.time, why)
	}
	if k.wait != nil {
		f.resolve(k.wait, errors.New(why))
	}
}

// progress is called when the tap has done something.
func (f *Feed) progress() {
	f.moved = f.host.Now()
	if f.stuck {
		f.stuck = false
		f.say(notice{what: tapMoves})
	}
	if f.losing && f.bytes <= f.Spec.MaxBytes/2 {
		f.losing = false
		f.full.Store(false)
		f.say(notice{what: tapCaughtUp, lost: f.lost - f.intact})
	}
	for len(f.waits) > 0 && f.waits[0].over {
		f.waits = f.waits[1:]
	}
	f.rouseForMore()
}

// rouseForMore is rouse, but for what the tap has just failed to take.
func (f *Feed) rouseForMore() {
	if f.closing || !f.onlyGap() {
		f.rouse()
	}
	f.lookForEnd()
}

// onlyGap reports whether nothing waits but news of a loss that nobody waits for:
// a tap that takes nothing must not be told so again and again.
func (f *Feed) onlyGap() bool {
	k := f.waiting.first
	return k != nil && k == f.waiting.last && k.gap != nil && k.tries > 0
}

// blame notes that the tap has crashed on a batch.
func (f *Feed) blame(h *handover) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !h.over {
		for _, k := range h.chunks {
			k.tries++
		}
	}
}

// tapTries is how often a tap may crash on the same records before they are left
// out.
const tapTries = 2

// reclaim lets what was given to an actor that has died wait for its successor,
// but for what has crashed it too often.
func (f *Feed) reclaim() {
	f.mu.Lock()
	defer f.unlock()
	given := f.given
	f.given, f.awake = nil, false
	var back chunks
	for _, h := range given {
		h.over = true
		for _, k := range h.chunks {
			if k.tries < tapTries {
				back.push(k.again())
				continue
			}
			f.miss(k, lossPoison)
		}
	}
	f.waiting.putBack(back)
	if f.stuck {
		f.progress() // somebody new may do better
	}
	f.rouseForMore()
}

// Why records are lost.
const (
	lossOverrun  = "too much waited for the tap"
	lossFailed   = "the tap could not take it"
	lossPoison   = "the tap crashed on it"
	lossDeadline = "it was published before the tap had taken it"
	lossStuck    = "the tap takes nothing"
	lossLeftOff  = "the tap was left off"
)

// lose counts records that the tap will not have, and says so in the feed, in the
// place where they would have been.
func (f *Feed) lose(n int, from, to time.Time, why string) {
	f.lost += uint64(n)
	if f.closing {
		return
	}
	g := &tap.Gap{From: from, To: to, Count: uint64(n), Reason: why}
	if last := f.waiting.last; last != nil && last.gap != nil && last.gap.Reason == why {
		g.From, g.Count = last.gap.From, g.Count+last.gap.Count
		last.gap, last.time = g, to
		last.ready = gapChunk(g).ready // the one before may be in the hands of a tap that has died
		return
	}
	f.enter(gapChunk(g))
}
