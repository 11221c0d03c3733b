package batch

import (
	"time"

	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/msgtrace"
	"github.com/troupe-mq/troupe/wire"
	"github.com/troupe-mq/troupe/wire/link"
)

// Frame is what few messages have: what a server says beside what a client says, or a trace.
type Frame struct {
	Match   wire.Span // the subject that is matched, where another one is shown; else empty
	Spelled bool      // that is one of Spelling, and not of the input
	Queues  wire.Span // the groups that it is for, blanks between them
	Origin  wire.Span // the cluster of the leaf node that it comes from; empty for none

	Trace *msgtrace.Trace // of a client's message; nil for none
}

// Frame gives a message what it has beside others.
func (b *Batch) Frame(e *Entry, f Frame) {
	b.frames = append(b.frames, f)
	e.frame, e.Alone = uint32(len(b.frames)), true
}

// MatchOf is the subject that a message is matched by.
func (b *Batch) MatchOf(e *Entry) []byte {
	if e.frame != 0 {
		switch f := &b.frames[e.frame-1]; {
		case f.Match.Len > 0 && f.Spelled:
			return f.Match.Of(b.Spelling)
		case f.Match.Len > 0:
			return f.Match.Of(b.Buf)
		}
	}
	return b.SubjectOf(e)
}

// Moved reports whether a message is matched by another subject than the one that is shown.
func (b *Batch) Moved(e *Entry) bool { return e.frame != 0 && b.frames[e.frame-1].Match.Len > 0 }

// TraceOf is the trace of a message, nil for none.
func (b *Batch) TraceOf(e *Entry) *msgtrace.Trace {
	if e.frame == 0 {
		return nil
	}
	return b.frames[e.frame-1].Trace
}

// TraceRouted notes in the traces of messages that the batch goes to the partitions. Most batches have none, and do not ask
// what time it is.
func (b *Batch) TraceRouted(now func() time.Time) {
	for i := range b.frames {
		if t := b.frames[i].Trace; t != nil {
			t.Routed(now())
		}
	}
}

// Names reports whether a server's message is for a queue group, by what it says; near is the
// group's name.
func (b *Batch) Names(e *Entry, near string) (named bool) {
	if e.frame == 0 {
		return false
	}
	link.EachQueue(b.frames[e.frame-1].Queues.Of(b.Buf), func(name []byte) bool {
		named = string(name) == near
		return !named
	})
	return named
}

// NamesAny reports whether a server's message is for queue groups too.
func (b *Batch) NamesAny(e *Entry) bool {
	return e.frame != 0 && b.frames[e.frame-1].Queues.Len > 0
}

// From reports whether a message comes from the leaf nodes of the cluster that a target's server
// is in, which is not to get it back.
func (b *Batch) From(e *Entry, to *interest.Target) bool {
	if e.frame == 0 || to.Face() == nil || to.Face().Cluster == "" {
		return false
	}
	return string(b.frames[e.frame-1].Origin.Of(b.Buf)) == to.Face().Cluster
}
