package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// release is what all platforms have in common.
type release struct {
	stage   string // a folder for what is made on the way
	when    time.Time
	commit  string
	version string // v0.1.0, as the program says it
	man     []byte
	shells  map[string][]byte // completions, by shell
}

// newRelease asks the program for what it says of itself.
func newRelease(stage string) (*release, error) {
	r := &release{stage: stage, shells: make(map[string][]byte)}
	head, err := output("git", "log", "-1", "--format=%H %ct")
	if err != nil {
		return nil, err
	}
	commit, seconds, _ := strings.Cut(strings.TrimSpace(string(head)), " ")
	if epoch := os.Getenv("SOURCE_DATE_EPOCH"); epoch != "" {
		seconds = epoch
	}
	at, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("the time of the commit is %q: %w", seconds, err)
	}
	r.commit, r.when = commit, time.Unix(at, 0).UTC()

	here := filepath.Join(stage, "here", broker.file(runtime.GOOS))
	if err := broker.build(here, runtime.GOOS, runtime.GOARCH, ""); err != nil {
		return nil, err
	}
	said, err := output(here, "--version")
	if err != nil {
		return nil, err
	}
	r.version = strings.TrimSpace(strings.TrimPrefix(string(said), "troupe: "))
	if r.man, err = output(here, "man"); err != nil {
		return nil, err
	}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		if r.shells[shell], err = output(here, "completion", shell); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// manGz is the manual page as packages have it.
func (r *release) manGz() ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression) // its header has no time
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(r.man); err != nil {
		return nil, err
	}
	err = z.Close()
	return b.Bytes(), err
}

// tool is the path of a program of others, package@version, which is built for this machine.
func (r *release) tool(pkg string) (string, error) {
	bin := filepath.Join(r.stage, "tools")
	path, _, _ := strings.Cut(pkg, "@")
	to := filepath.Join(bin, filepath.Base(path))
	if runtime.GOOS == "windows" {
		to += ".exe"
	}
	if _, err := os.Stat(to); err == nil {
		return to, nil
	}
	c := exec.Command("go", "install", pkg)
	c.Env = append(os.Environ(), "GOBIN="+bin, "GOFLAGS=")
	return to, run(c)
}

// output is what a program says.
func output(name string, args ...string) ([]byte, error) {
	c := exec.Command(name, args...)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", strings.Join(c.Args, " "), err)
	}
	return out, nil
}

// run runs a program that says something only when it fails.
func run(c *exec.Cmd) error {
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(c.Args, " "), err, out)
	}
	return nil
}
