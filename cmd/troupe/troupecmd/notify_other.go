//go:build !linux

package troupecmd

// monotonic is for the service manager of Linux only.
func monotonic() string { return "" }
