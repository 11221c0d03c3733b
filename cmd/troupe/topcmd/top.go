package topcmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// Name is the word that leads here.
const Name = "top"

// program is what shows a broker.
const program = "troupe-top"

// Run runs the program, and returns the exit code.
func Run(args []string, stdout, stderr io.Writer) int {
	path, err := find()
	if err != nil {
		fmt.Fprintf(stderr, "troupe: top: there is no %s beside this program or on the PATH; it is in cmd/top of the source, and make top builds it\n", program)
		return 1
	}
	c := exec.Command(path, args...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, stdout, stderr
	err = c.Run()
	if ended, ok := errors.AsType[*exec.ExitError](err); ok {
		return max(ended.ExitCode(), 1)
	}
	if err != nil {
		fmt.Fprintln(stderr, "troupe: top:", err)
		return 1
	}
	return 0
}

// find looks beside this program first: what was installed together fits.
func find() (string, error) {
	if self, err := os.Executable(); err == nil {
		if path, err := exec.LookPath(filepath.Join(filepath.Dir(self), program)); err == nil {
			return path, nil
		}
	}
	return exec.LookPath(program)
}
