package engine

import (
	"os/exec"
	"runtime"
	"syscall"
)

// command is one that the kernel kills when the broker has ended. It has a process group of its own, so that a
// Control-C at a terminal stops it by way of the broker.
func command(path string, args ...string) *exec.Cmd {
	cmd := exec.Command(path, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	return cmd
}

// keepThread keeps the thread that has started the process: to the kernel that thread is its parent, and not the
// process that the thread is of.
func keepThread() (done func()) {
	runtime.LockOSThread()
	return runtime.UnlockOSThread
}
