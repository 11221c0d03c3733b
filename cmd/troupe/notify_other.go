//go:build !linux

package main

// monotonic is for the service manager of Linux only.
func monotonic() string { return "" }
