package parking

import (
	"errors"
	"os"
	"syscall"
)

// queue is an epoll instance. The runtime waits for it, as for any other descriptor: so waiting takes no thread.
type queue struct {
	file   *os.File
	raw    syscall.RawConn
	events [toldAtOnce]syscall.EpollEvent
	told   [toldAtOnce]token
}

func newQueue() (*queue, error) {
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	if err := syscall.SetNonblock(fd, true); err != nil {
		return nil, errors.Join(os.NewSyscallError("fcntl", err), syscall.Close(fd))
	}
	f := os.NewFile(uintptr(fd), "parking")
	raw, err := f.SyscallConn()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &queue{file: f, raw: raw}, nil
}

// add has the queue tell once when something comes from a descriptor, or has come already.
func (q *queue) add(fd uintptr, t token) (err error) {
	return q.control(syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{
		Events: syscall.EPOLLIN | syscall.EPOLLRDHUP | syscall.EPOLLONESHOT, Fd: int32(t.slot), Pad: int32(t.spell),
	})
}

// drop takes a descriptor out.
func (q *queue) drop(fd uintptr) { _ = q.control(syscall.EPOLL_CTL_DEL, fd, nil) }

func (q *queue) control(op int, fd uintptr, e *syscall.EpollEvent) (err error) {
	closed := q.raw.Control(func(queue uintptr) { err = syscall.EpollCtl(int(queue), op, int(fd), e) })
	return errors.Join(closed, err)
}

// wait waits until there is something to tell, and returns it until the next call. The error is that the queue is closed.
func (q *queue) wait() ([]token, error) {
	n, failed := 0, error(nil)
	err := q.raw.Read(func(fd uintptr) (done bool) {
		for {
			if n, failed = syscall.EpollWait(int(fd), q.events[:], 0); !errors.Is(failed, syscall.EINTR) {
				return n != 0
			}
		}
	})
	if err = errors.Join(err, failed); err != nil {
		return nil, err
	}
	for i := range n {
		q.told[i] = token{uint32(q.events[i].Fd), uint32(q.events[i].Pad)}
	}
	return q.told[:n], nil
}

func (q *queue) close() { _ = q.file.Close() } // nothing is lost
