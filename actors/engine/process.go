package engine

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
)

// The files in the store that are not the engine's. The lock is never removed: who removes it while another one waits
// for it lets both in.
const (
	configName = "troupe-engine.conf"
	lockName   = "troupe.lock"
)

// stopTime is how long an engine may take to stop when it is asked to, before it is killed.
const stopTime = 5 * time.Second

// process is one run of an engine.
type process struct {
	cmd    *exec.Cmd
	logger hclog.Logger
	leash  *os.File // the engine ends with it
	lock   *os.File // nil where the engine has it
	ended  chan struct{}

	mu   sync.Mutex
	last string // the last grave line
	err  error  // how it ended
}

// launch starts an engine. said is called with every line of its log, on a goroutine; over when it has ended and is
// gone. lock is the store's.
func launch(p program, config string, lock *os.File, logger hclog.Logger, spawn spawner, said func(text string), over func(error)) (*process, error) {
	r := &process{logger: logger, lock: lock, ended: make(chan struct{})}
	r.cmd = command(p.path, "-c", config)
	r.cmd.Env = append(os.Environ(), watchStdin+"=1")
	in, leash, err := os.Pipe() // not that of the command, whose Wait closes it without a word: see guard
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	r.cmd.Stdin, r.leash = in, leash
	out, err := r.cmd.StderrPipe()
	if err != nil {
		return nil, errors.Join(err, in.Close(), leash.Close(), lock.Close())
	}
	started := make(chan error, 1)
	spawn("engine process", func() { r.live(out, started, said, over) })
	err = <-started
	return r, errors.Join(err, in.Close())
}

// watchStdin tells an engine of ours to end at the end of its standard input.
const watchStdin = "TROUPE_ENGINE_WATCH_STDIN"

// spawner starts a goroutine, whose panic is an event.
type spawner func(name string, do func())

// live is the goroutine of the process: from its start, of which it tells, to its end.
func (r *process) live(out io.Reader, started chan<- error, said func(string), over func(error)) {
	defer keepThread()()
	handedOver := handOver(r.cmd, r.lock)
	err := r.cmd.Start()
	if handedOver || err != nil {
		_ = r.lock.Close()
		r.lock = nil
	}
	started <- err
	if err != nil {
		_ = r.leash.Close()
		return
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		_ = readLines(out, func(line string) { // its end is that of the process
			level, text := grade(line)
			r.note(level, text)
			said(text)
		})
	}()
	<-read
	err = r.cmd.Wait()
	_, _ = r.leash.WriteString("\n") // to whoever waits to kill it; mostly nobody does
	_ = r.leash.Close()
	if r.lock != nil {
		_ = r.lock.Close()
	}
	r.mu.Lock()
	r.err = endError(err, r.last)
	r.mu.Unlock()
	close(r.ended)
	over(r.err)
}

// note writes a line to the log, and keeps what may be the reason of the end.
func (r *process) note(level hclog.Level, text string) {
	if level >= hclog.Error {
		r.mu.Lock()
		r.last = text
		r.mu.Unlock()
	}
	if strings.TrimSpace(text) != "" {
		r.logger.Log(level, text)
	}
}

// EndError is how an engine ended that nobody had asked to.
type EndError struct {
	State string // what the system says of it
	Last  string // the last error in its log, if there is one
}

// Error is both.
func (e *EndError) Error() string {
	if e.Last == "" {
		return "the engine ended: " + e.State
	}
	return fmt.Sprintf("the engine ended: %s: %s", e.State, e.Last)
}

func endError(err error, last string) error {
	state := "exit status 0"
	if err != nil {
		state = err.Error()
	}
	return &EndError{State: state, Last: last}
}

// stop has the engine end, and waits for that. gently lets it finish what it is about.
func (r *process) stop(gently bool) {
	if gently {
		ask(r.cmd.Process)
		select {
		case <-r.ended:
			return
		case <-time.After(stopTime):
			r.logger.Warn("the engine does not stop, and is killed")
		}
	}
	_ = r.cmd.Process.Kill() // it may have ended
	<-r.ended
}
