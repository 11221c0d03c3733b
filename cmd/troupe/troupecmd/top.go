package troupecmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// topName is the word that leads to the program that shows a broker in a terminal.
const topName = "top"

// topProgram is that program. It is one of its own, since the broker does not link what draws in a terminal.
const topProgram = "troupe-top"

// top runs it, and gives its exit code.
func top(args []string, stdout, stderr io.Writer) int {
	path, err := findTop()
	if err != nil {
		complain(stderr, fmt.Errorf("troupe: top: there is no %s beside this program or on the PATH; it is in cmd/top of the source, and make top builds it", topProgram))
		return 1
	}
	c := exec.Command(path, args...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, stdout, stderr
	err = c.Run()
	if ended, ok := errors.AsType[*exec.ExitError](err); ok {
		return max(ended.ExitCode(), 1)
	}
	if err != nil {
		complain(stderr, fmt.Errorf("troupe: top: %w", err))
		return 1
	}
	return 0
}

// findTop looks beside this program first: what was installed together fits.
func findTop() (string, error) {
	if self, err := os.Executable(); err == nil {
		if path, err := exec.LookPath(filepath.Join(filepath.Dir(self), topProgram)); err == nil {
			return path, nil
		}
	}
	return exec.LookPath(topProgram)
}
