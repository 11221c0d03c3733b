package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"time"
)

// Least is the oldest version of a nats-server that can be an engine.
const Least = "2.10.0"

// The names of the programs that are looked for: beside the running one, and on PATH.
const (
	besideName = "troupe-engine"
	onPathName = "nats-server"
)

// ErrNoEngine is the error when no program is there that could be an engine.
var ErrNoEngine = errors.New("there is no engine: neither " + besideName + " beside this program nor " + onPathName + " (" + Least +
	" or later) on PATH; name one by engine { path: … }")

// program is one that can be an engine.
type program struct {
	path, version string
}

// find looks for the program.
func find(ctx context.Context, configured string) (program, error) {
	if configured != "" {
		p, err := examine(ctx, configured)
		if err != nil {
			return p, fmt.Errorf("engine %s: %w", configured, err)
		}
		return p, nil
	}
	unfit := []error{ErrNoEngine}
	for _, path := range candidates() {
		p, err := examine(ctx, path)
		if err == nil {
			return p, nil
		}
		unfit = append(unfit, fmt.Errorf("%s: %w", path, err))
	}
	return program{}, errors.Join(unfit...)
}

// candidates are the files that might be an engine, in the order in which they are asked. The running program is none
// of them, by whatever name: it may be called nats-server.
func candidates() (found []string) {
	self, err := os.Executable()
	if err == nil {
		if target, err := filepath.EvalSymlinks(self); err == nil {
			self = target
		}
		found = append(found, filepath.Join(filepath.Dir(self), besideName+exe()))
	}
	own, _ := os.Stat(self)
	for _, folder := range filepath.SplitList(os.Getenv("PATH")) {
		if folder != "" { // that would be the folder that one happens to be in
			found = append(found, filepath.Join(folder, onPathName+exe()))
		}
	}
	at := 0
	for _, path := range found {
		info, err := os.Stat(path)
		if err == nil && info.Mode().IsRegular() && !os.SameFile(info, own) {
			found[at] = path
			at++
		}
	}
	return found[:at]
}

// exe is how the names of programs end.
func exe() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}

// examineTime bounds how long a program may take to say its version, on a machine that is busy.
const examineTime = 20 * time.Second

// said is how a nats-server says its version.
var said = regexp.MustCompile(`(?:nats-server|troupe-engine): v(\d+)\.(\d+)\.(\d+)`)

// examine asks a program for its version, and judges it.
func examine(ctx context.Context, path string) (program, error) {
	ctx, cancel := context.WithTimeout(ctx, examineTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "--version")
	var out bytes.Buffer
	cmd.Stdout, cmd.WaitDelay = &out, time.Second
	if err := cmd.Run(); err != nil {
		return program{}, fmt.Errorf("does not say its version: %w", err)
	}
	m := said.FindStringSubmatch(out.String())
	if m == nil {
		return program{}, errors.New("is no nats-server")
	}
	major, _ := strconv.Atoi(m[1]) // digits
	minor, _ := strconv.Atoi(m[2])
	p := program{path: path, version: m[1] + "." + m[2] + "." + m[3]}
	if major < 2 || major == 2 && minor < 10 {
		return p, fmt.Errorf("is version %s, and %s is the least", p.version, Least)
	}
	return p, nil
}
