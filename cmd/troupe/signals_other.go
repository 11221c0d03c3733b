//go:build !unix

package main

import (
	"os"
	"syscall"
)

// Systems without Unix signals still tell a process to stop in these forms.
var signals = []os.Signal{os.Interrupt, syscall.SIGTERM}

func wishOf(os.Signal) wish { return wishStop }
