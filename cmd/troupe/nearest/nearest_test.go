package nearest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/cmd/troupe/nearest"
)

func TestOf(t *testing.T) {
	known := []string{"port", "http_port", "max_payload", "PUB", "SUB", "user", "a", "p", "wait", "write"}
	for word, want := range map[string]string{
		"prot":                    "port",
		"Port":                    "port",
		"pot":                     "port",
		"htpp_port":               "http_port",
		"max-payload":             "max_payload",
		"maxpayload":              "max_payload",
		"pbu":                     "PUB",
		"usr":                     "user",
		"max":                     "max_payload",
		"writ":                    "write", // and not wait
		"x":                       "",
		"nonsense":                "",
		"":                        "",
		strings.Repeat("p", 9999): "",
	} {
		assert.Equal(t, want, nearest.Of(word, known), "%q", word)
	}
	assert.Equal(t, ", did you mean port?", nearest.Hint("prt", known))
	assert.Empty(t, nearest.Hint("nothing like it", known))
}
