package partition

import (
	"hash/maphash"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/wire"
)

// A command that crashes a partition is left out, and its sender told. If the
// sender tries again, and again, the partition spends its time crashing: so a
// command that has done it repeatedly is known by its verb, its subject and the
// place where it crashed, and is refused for a while without being tried.
const (
	poisonTolerated = 2
	poisonMemory    = time.Minute
	poisonKinds     = 1024 // more than that are not told apart: some are forgotten
)

// quarantine is the subjects that a partition is careful with, nil if none is.
type quarantine map[uint64]*poison

// poison is what is known of one verb and subject.
type poison struct {
	crashes int
	place   uint64 // hash of the innermost calls
	last    time.Time
}

var poisonSeed = maphash.MakeSeed()

func fingerprint(op wire.Op, subject []byte) uint64 {
	return maphash.Bytes(poisonSeed, subject) ^ uint64(op)
}

// refuses reports whether a command has crashed partitions too often.
func (q quarantine) refuses(op wire.Op, subject []byte, now time.Time) bool {
	p := q[fingerprint(op, subject)]
	return p != nil && p.crashes >= poisonTolerated && now.Sub(p.last) < poisonMemory
}

// note remembers that a command has crashed a partition at a place.
func (q *quarantine) note(op wire.Op, subject []byte, place uint64, now time.Time) {
	if *q == nil {
		*q = quarantine{}
	}
	key := fingerprint(op, subject)
	p := (*q)[key]
	if p == nil || p.place != place || now.Sub(p.last) >= poisonMemory {
		q.makeRoom(now)
		p = &poison{place: place}
		(*q)[key] = p
	}
	p.crashes++
	p.last = now
}

func (q *quarantine) makeRoom(now time.Time) {
	for key, p := range *q {
		if now.Sub(p.last) >= poisonMemory || len(*q) >= poisonKinds {
			delete(*q, key)
		}
	}
}

// noteCrash is deferred around a batch: it notes which command crashed the
// partition, and lets the crash go on to the supervisor.
func (p *partition) noteCrash() {
	r := recover()
	if r == nil {
		return
	}
	crash := supervisor.Caught(r)
	b := p.current
	if b == nil { // it was through with the commands
		panic(crash)
	}
	e := &b.Entries[b.Routes[p.Number][b.Progress[p.Number]]]
	subject := b.MatchOf(e)
	if e.Sub != nil {
		subject = []byte(e.Sub.Subject())
	}
	p.quarantine.note(e.Op, subject, placeOf(crash), p.Now())
	panic(crash)
}

// placeOf is where a crash happened: files and lines, not the arguments of the
// calls, which are other addresses each time.
func placeOf(crash *supervisor.Crash) uint64 {
	var place maphash.Hash
	place.SetSeed(poisonSeed)
	for _, frame := range crash.Frames(poisonFrames) {
		_, _ = place.WriteString(frame[strings.LastIndexByte(frame, ' ')+1:]) // never fails
	}
	return place.Sum64()
}

// poisonFrames is how many calls tell one place from another.
const poisonFrames = 3
