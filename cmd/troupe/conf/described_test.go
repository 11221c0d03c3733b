package conf

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	described "github.com/troupe-mq/troupe/cmd/troupe/conf/keys"

	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/operators"
)

// TestEveryKeyIsDescribed: each key of the top level that is honoured has its line in the help for people, and no line is of
// another.
func TestEveryKeyIsDescribed(t *testing.T) {
	honoured := map[string]bool{"mappings": true, "maps": true, "server_tags": true}
	for name := range keys {
		honoured[name] = true
	}
	for name := range blocks {
		honoured[name] = true
	}
	for _, names := range operators.Keys() {
		for name := range strings.FieldsSeq(names) {
			honoured[name] = true
		}
	}
	for _, s := range described.All {
		for _, k := range s.Keys {
			for name := range strings.FieldsSeq(k.Name + " " + k.Also) {
				if !strings.Contains(name, ".") {
					assert.True(t, honoured[name], "%s is not honoured", name)
					delete(honoured, name)
				}
			}
		}
	}
	assert.Empty(t, honoured, "not described")
}
