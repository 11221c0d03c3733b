//go:build unix

package audit

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/audit/internal/disk"
)

func TestNobodyElseWrites(t *testing.T) {
	j := open(t, Config{File: logFile(t)})
	_, _, err := Tap(Config{File: j.config.File})
	require.ErrorIs(t, err, disk.ErrLocked)
}
