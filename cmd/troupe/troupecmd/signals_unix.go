//go:build unix

package troupecmd

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

var signals = []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2}

func wishOf(s os.Signal) wish {
	switch s {
	case syscall.SIGHUP:
		return wishReload
	case syscall.SIGUSR1:
		return wishReopen
	case syscall.SIGUSR2:
		return wishLameDuck
	case syscall.SIGTERM:
		return wishTerminate
	default:
		return wishStop
	}
}

// signalOf is the signal of a word that --signal takes.
func signalOf(word string) (syscall.Signal, error) {
	switch word {
	case "stop":
		return syscall.SIGKILL, nil
	case "quit":
		return syscall.SIGINT, nil
	case "term":
		return syscall.SIGTERM, nil
	case "reopen":
		return syscall.SIGUSR1, nil
	case "reload":
		return syscall.SIGHUP, nil
	case "ldm":
		return syscall.SIGUSR2, nil
	default:
		return 0, fmt.Errorf("unknown signal %q: one of stop, quit, term, reload, reopen and ldm", word)
	}
}

func kill(pid int, s syscall.Signal) error { return syscall.Kill(pid, s) }

// namesakes are the processes that were called by a name. A container may have
// nothing but /proc, other systems have no /proc.
func namesakes(name string) ([]int, error) {
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil || len(lines) == 0 {
		return grep(name)
	}
	var pids []int
	for _, path := range lines {
		line, _ := os.ReadFile(path) // it may have ended by now
		called, _, _ := bytes.Cut(line, []byte{0})
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path))); err == nil && filepath.Base(string(called)) == name {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}

// grep has pgrep look for them.
func grep(name string) (pids []int, err error) {
	out, err := exec.Command("pgrep", "-x", name).Output()
	if nobody := (*exec.ExitError)(nil); err != nil && !errors.As(err, &nobody) {
		return nil, err
	}
	for word := range strings.FieldsSeq(string(out)) {
		if pid, err := strconv.Atoi(word); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}
