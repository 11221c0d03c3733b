package actors

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A new field needs a decision about what a reload does with it.
func TestEveryFieldHasARow(t *testing.T) {
	var rows, has []string
	for _, f := range table {
		rows = append(rows, f.Name)
	}
	for f := range reflect.TypeFor[Config]().Fields() {
		has = append(has, f.Name)
	}
	assert.ElementsMatch(t, has, rows)
}
