package examples_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestNoTemplates: the broker needs no templates. They may call any method of any type, so the linker keeps them all: the
// program was 3.5 MB larger.
func TestNoTemplates(t *testing.T) {
	deps := goList(t, "-deps", "-f", "{{.ImportPath}}", module+"cmd/troupe")
	assert.Contains(t, deps, "net/http")
	assert.NotContains(t, deps, "text/template")
}
