//go:build unix

package engine

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// lockFile takes a lock that is held until the file is closed by every process that has it open.
func lockFile(f *os.File) (taken bool, err error) {
	switch err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); {
	case err == nil:
		return true, nil
	case errors.Is(err, syscall.EWOULDBLOCK), errors.Is(err, syscall.EINTR):
		return false, nil
	default:
		return false, err
	}
}

// handOver gives a process that is about to start the lock, and reports whether it can.
func handOver(cmd *exec.Cmd, lock *os.File) bool {
	cmd.ExtraFiles = append(cmd.ExtraFiles, lock)
	return true
}

// ask asks a process to stop.
func ask(p *os.Process) { _ = p.Signal(syscall.SIGTERM) } // it may have ended
