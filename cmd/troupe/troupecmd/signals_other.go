//go:build !unix

package troupecmd

import (
	"errors"
	"os"
	"syscall"
)

// Systems without Unix signals still tell a process to stop in these forms.
var signals = []os.Signal{os.Interrupt, syscall.SIGTERM}

func wishOf(os.Signal) wish { return wishStop }

// errNoSignals is the answer to --signal.
var errNoSignals = errors.New("--signal is not supported on this system: it has no signals")

func signalOf(string) (syscall.Signal, error) { return 0, errNoSignals }

func kill(int, syscall.Signal) error { return errNoSignals }

func namesakes(string) ([]int, error) { return nil, errNoSignals }
