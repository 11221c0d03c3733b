//go:build unix && !linux

package engine

import (
	"os/exec"
	"syscall"
)

// guard is a shell's program: one of it waits for the end of its input, which is that of the broker, and kills the
// engine, whose number is that of the shell that becomes the engine. A line before the end says that there is nothing
// to kill.
// It holds nothing else that the engine has open.
const guard = `exec 4<&0; (exec 2>&- 3<&-; read -r _ <&4 || kill -KILL $$) & exec "$@" 4<&-`

// command is one that a shell kills when the broker has ended. It has a process group of its own, so that a
// Control-C at a terminal stops it by way of the broker.
func command(path string, args ...string) *exec.Cmd {
	cmd := exec.Command("/bin/sh", append([]string{"-c", guard, "sh", path}, args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

func keepThread() (done func()) { return func() {} }
