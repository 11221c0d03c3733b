//go:build unix

package yield

import (
	"errors"
	"os"
	"runtime"
	"sync"
	"syscall"
)

// Lane is a queue of those who yield: they go on one after another. The zero value is ready.
type Lane struct {
	mu   sync.Mutex // held by the one who waits. It is handed on in order, which the lock of a file is not
	made bool
	pipe *pipe // nil if there is none, or none that works
}

// Yield returns when others have had their turn.
func (l *Lane) Yield() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.made {
		l.made, l.pipe = true, newPipe()
	}
	if l.pipe == nil {
		runtime.Gosched()
		return
	}
	if !l.pipe.wait() {
		l.pipe = nil
	}
}

// pipe is what the first one in a lane waits for.
type pipe struct {
	from, to syscall.RawConn
	ends     [2]*os.File // kept open
	written  bool        // by who waits
	one      [1]byte
	err      error // of the last that was tried

	readFn, writeFn func(fd uintptr) bool // made once
}

func newPipe() *pipe {
	from, to, err := os.Pipe()
	if err != nil {
		return nil
	}
	p := &pipe{ends: [2]*os.File{from, to}}
	if p.from, err = from.SyscallConn(); err != nil {
		return nil
	}
	if p.to, err = to.SyscallConn(); err != nil {
		return nil
	}
	p.readFn, p.writeFn = p.tryRead, p.tryWrite
	return p
}

// wait waits until the runtime has looked for what is readable. It reports false if it cannot.
func (p *pipe) wait() bool {
	p.written, p.err = false, nil
	if err := p.from.Read(p.readFn); err != nil {
		return false
	}
	return p.err == nil
}

// tryRead writes when it is called first: the runtime is to find that. It reports whether it need
// not be called again.
func (p *pipe) tryRead(fd uintptr) (done bool) {
	if p.written {
		p.move(syscall.Read, fd)
		return true
	}
	p.written = true
	if err := p.to.Write(p.writeFn); err != nil {
		p.err = err
	}
	return p.err != nil
}

func (p *pipe) tryWrite(fd uintptr) (done bool) {
	p.move(syscall.Write, fd)
	return true
}

// move reads or writes one byte.
func (p *pipe) move(one func(fd int, b []byte) (int, error), fd uintptr) {
	for {
		if _, p.err = one(int(fd), p.one[:]); !errors.Is(p.err, syscall.EINTR) {
			return
		}
	}
}
