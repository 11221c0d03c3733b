package tokens_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/topics/internal/tokens"
)

func TestTokens(t *testing.T) {
	for _, s := range []string{"", ".", "a", "a.b", "a..b", "a.", ".a", "orders.eu.new", "*.>"} {
		parts := strings.Split(s, ".")
		first, second := tokens.Head(s)
		assert.Equal(t, parts[0], s[:first])
		assert.Equal(t, strings.Join(parts[:min(2, len(parts))], "."), s[:second])
		for i, part := range parts {
			assert.Equal(t, part, tokens.Nth(s, i))
		}
		want := len(parts)
		if slices.Contains(parts, "") {
			want = 0
		}
		assert.Equal(t, want, tokens.Count(s), s)
	}
}
