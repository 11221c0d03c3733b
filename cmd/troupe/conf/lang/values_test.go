package lang_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

func TestParseSize(t *testing.T) {
	good := map[string]int64{
		"0": 0, "-1": -1, "1024": 1024, "8k": 8000, "8K": 8000, "8kb": 8192, "8Ki": 8192, "8KiB": 8192,
		"1MB": 1 << 20, "2m": 2_000_000, "1Gi": 1 << 30, "1T": 1e12, "3pb": 3 << 50, "7e": 7e18, " 5 ": 5, "5b": 5,
	}
	for text, want := range good {
		n, err := lang.ParseSize(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, n, text)
	}
	for _, text := range []string{"", "k", "1.5k", "1kk", "1 k b", "10x", "99e", "9223372036854775808", "--1"} {
		_, err := lang.ParseSize(text)
		assert.Error(t, err, text)
	}
}
