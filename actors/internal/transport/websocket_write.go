package transport

import (
	"bytes"
	"compress/flate"
	"net"
	"sync"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/frames"
)

// This file is what a WebSocket writes: frames of the connection's writer, and
// control frames of its reader, which must not get into each other.

// control is a control frame that waits for somebody to write it. There is one at
// most: an answer to a ping stands for those before it, and nothing follows a close.
type control struct {
	mu     sync.Mutex
	frame  []byte
	closes bool
}

func (c *control) put(frame []byte, closes bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closes {
		c.frame, c.closes = frame, closes
	}
}

func (c *control) take() (frame []byte, closes bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	frame, closes = c.frame, c.closes
	c.frame = nil
	return frame, closes
}

func (c *control) waits() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.frame != nil
}

// controlPatience is how long a control frame may find no room in the socket of a
// client that is sent nothing else.
const controlPatience = 5 * time.Second

// answer sends a control frame, or leaves that to whoever is writing.
func (w *WebConn) answer(frame []byte, closes bool) {
	w.owed.put(frame, closes)
	w.pay()
}

// pay writes the control frame that waits, unless somebody else is writing: they pay
// when they are done.
func (w *WebConn) pay() {
	for w.owed.waits() && w.writing.TryLock() {
		if w.begun.is() { // whoever goes on with that frame pays
			w.writing.Unlock()
			return
		}
		frame, closes := w.owed.take()
		if frame != nil && !w.shut {
			mine := w.patience.CompareAndSwap(0, int64(controlPatience))
			_, err := w.on.Write(frame)
			if mine {
				w.patience.CompareAndSwap(int64(controlPatience), 0)
			}
			w.shut = closes || err != nil
		}
		w.writing.Unlock()
	}
}

// compressFrom is the least that is worth to be compressed, in bytes.
const compressFrom = 512

// Write sends p as a frame. If it fails the frame is torn, and nothing more can be
// sent.
func (w *WebConn) Write(p []byte) (int, error) {
	w.writing.Lock()
	err := net.ErrClosed
	if !w.shut {
		err = w.writeFrame(p)
		w.shut = err != nil
	}
	w.writing.Unlock()
	w.pay()
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// pieceSize is how much of a frame goes out together with its header.
const pieceSize = 16 << 10

var piecePool = sync.Pool{New: func() any { b := make([]byte, 0, pieceSize); return &b }}

func (w *WebConn) writeFrame(p []byte) error {
	p, err := w.goOn(p)
	if err != nil || len(p) == 0 {
		return err
	}
	if w.inflater == nil || len(p) < compressFrom {
		return w.writePiece(p, false)
	}
	d := deflaters.Get().(*deflater)
	defer d.recycle()
	small, err := d.deflate(p)
	if err != nil {
		return err
	}
	return w.writePiece(small, true)
}

func (w *WebConn) writePiece(p []byte, compressed bool) error {
	pooled := piecePool.Get().(*[]byte)
	defer piecePool.Put(pooled)
	piece := frames.AppendHeader((*pooled)[:0], frames.Binary, compressed, len(p))
	n := min(len(p), pieceSize-len(piece))
	if _, err := w.on.Write(append(piece, p[:n]...)); err != nil || n == len(p) {
		return err
	}
	_, err := w.on.Write(p[n:])
	return err
}

// deflater compresses messages, each by itself.
type deflater struct {
	out bytes.Buffer
	w   *flate.Writer
}

var deflaters = sync.Pool{New: func() any {
	d := &deflater{}
	d.w, _ = flate.NewWriter(&d.out, flate.BestSpeed) // the level is one that there is
	return d
}}

// keepDeflated is the largest buffer that a deflater keeps.
const keepDeflated = 64 << 10

func (d *deflater) recycle() {
	if d.out.Cap() > keepDeflated {
		d.out = bytes.Buffer{}
	}
	deflaters.Put(d)
}

// deflateTail ends what is flushed, and is left out of a message.
const deflateTail = "\x00\x00\xff\xff"

// deflate is valid until the deflater is recycled.
func (d *deflater) deflate(p []byte) ([]byte, error) {
	d.out.Reset()
	d.w.Reset(&d.out)
	if _, err := d.w.Write(p); err != nil {
		return nil, err
	}
	if err := d.w.Flush(); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(d.out.Bytes(), []byte(deflateTail)), nil
}
