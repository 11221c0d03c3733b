package main

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSameBytes: the same content makes the same archive, whatever the time is here.
func TestSameBytes(t *testing.T) {
	when := time.Unix(1e9, 0)
	entries := []entry{{name: "a/", mode: 0o755}, {name: "a/b", mode: 0o644, data: []byte("text")}}
	make := func(at time.Time) (all []byte) {
		var b bytes.Buffer
		require.NoError(t, writeTarGz(&b, at, entries))
		require.NoError(t, writeZip(&b, at, entries))
		return b.Bytes()
	}
	assert.Equal(t, make(when), make(when.UTC()), "nor does its zone count")
}

// TestPackagedUnit: the unit of packages has their program and their user.
func TestPackagedUnit(t *testing.T) {
	unit, err := os.ReadFile("../../examples/deploy/troupe.service")
	require.NoError(t, err)
	packaged := string(packagedUnit(unit))
	assert.Contains(t, packaged, "\nExecStart=/usr/bin/troupe -c /etc/troupe/troupe.conf\n")
	assert.Contains(t, packaged, "\nUser=troupe\nGroup=troupe\n")
	assert.NotContains(t, packaged, "DynamicUser")
	assert.NotContains(t, packaged, "/usr/local")
}
