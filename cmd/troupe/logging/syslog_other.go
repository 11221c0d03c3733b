//go:build windows || plan9

package logging

import (
	"errors"
	"runtime"
)

func newCarrier(string, string) (carrier, error) {
	return nil, errors.New("syslog is not supported on " + runtime.GOOS)
}
