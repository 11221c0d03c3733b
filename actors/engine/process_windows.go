package engine

import (
	"errors"
	"os"
	"os/exec"

	"golang.org/x/sys/windows"
)

// lockFile takes a lock that is held until the file is closed.
func lockFile(f *os.File) (taken bool, err error) {
	const how = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err = windows.LockFileEx(windows.Handle(f.Fd()), how, 0, 1, 0, new(windows.Overlapped))
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}

// handOver: a process is not given open files here, so the broker keeps the lock.
func handOver(*exec.Cmd, *os.File) bool { return false }

// ask: there is no signal to stop.
func ask(p *os.Process) { _ = p.Kill() } // it may have ended

// command is one that ends by itself with its standard input, if it is an engine of ours.
func command(path string, args ...string) *exec.Cmd { return exec.Command(path, args...) }

func keepThread() (done func()) { return func() {} }
