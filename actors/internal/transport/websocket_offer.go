package transport

import (
	"bytes"

	"github.com/troupe-mq/troupe/actors/internal/frames"
)

// This file is what a WebSocket writes without waiting. A frame says how long it is before it is, so that one which the socket
// takes in part has to be gone on with: whoever writes next does so, before anything else.

// begun is a frame that is written in part.
type begun struct {
	head []byte // of its header, what is still to be written
	rest int    // bytes of its payload that are; they are the first of what is written next
}

func (b *begun) is() bool { return len(b.head) > 0 || b.rest > 0 }

// Offer writes frames straight to the socket. What is encrypted, or worth to be compressed, is left to the writer.
func (l webLink) Offer(p []byte) (int, error) {
	w := l.web
	if w.raw == nil || !w.writing.TryLock() {
		return 0, nil
	}
	var taken int
	var err error
	if !w.shut {
		taken, err = w.offer(p)
		w.shut = err != nil
	}
	w.writing.Unlock()
	w.pay()
	return taken, err
}

// offer writes what fits of p. It is called with the lock.
func (w *WebConn) offer(p []byte) (taken int, err error) {
	b := &w.begun
	if len(b.head) > 0 {
		n, err := offer(w.raw, b.head)
		if b.head = b.head[n:]; err != nil || len(b.head) > 0 {
			return 0, err
		}
		b.head = nil
	}
	for len(p) > 0 {
		if b.rest == 0 {
			if w.inflater != nil && len(p) >= compressFrom {
				return taken, nil
			}
			n, all, err := w.offerFrame(p)
			taken, p = taken+n, p[n:]
			if err != nil || !all {
				return taken, err
			}
			continue
		}
		most := min(b.rest, len(p))
		n, err := offer(w.raw, p[:most])
		taken, p, b.rest = taken+n, p[n:], b.rest-n
		if err != nil || n < most {
			return taken, err
		}
	}
	return taken, nil
}

// offerFrame begins a frame of p, and writes its header together with the first piece of it. all is whether the socket took that.
func (w *WebConn) offerFrame(p []byte) (taken int, all bool, err error) {
	pooled := piecePool.Get().(*[]byte)
	defer piecePool.Put(pooled)
	piece := frames.AppendHeader((*pooled)[:0], frames.Binary, false, len(p))
	head := len(piece)
	piece = append(piece, p[:min(len(p), pieceSize-head)]...)
	n, err := offer(w.raw, piece)
	if n == 0 {
		return 0, false, err // it has not begun
	}
	if n < head {
		w.begun = begun{head: bytes.Clone(piece[n:head]), rest: len(p)}
		return 0, false, err
	}
	taken = n - head
	w.begun.rest = len(p) - taken
	return taken, n == len(piece), err
}

// goOn writes what is left of a frame that has begun, as far as p has it, and returns what is behind that.
func (w *WebConn) goOn(p []byte) (behind []byte, err error) {
	b := &w.begun
	if len(b.head) > 0 {
		if _, err := w.on.Write(b.head); err != nil {
			return nil, err
		}
		b.head = nil
	}
	n := min(b.rest, len(p))
	if n > 0 {
		if _, err := w.on.Write(p[:n]); err != nil {
			return nil, err
		}
		b.rest -= n
	}
	return p[n:], nil
}
