//go:build unix

package main

import (
	"os"
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
