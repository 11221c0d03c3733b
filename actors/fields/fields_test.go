package fields_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/fields"
)

func TestDifferences(t *testing.T) {
	type inner struct{ Path string }
	type config struct {
		Port   int
		Tags   []string
		Meta   map[string]string
		Secret string
		Logger *int
		Log    inner
	}
	table := []fields.Field{
		{Name: "Port", Key: "port"},
		{Name: "Tags", Key: "tags", Fate: fields.Live},
		{Name: "Meta", Key: "metadata", Fate: fields.Live},
		{Name: "Secret", Key: "password", Fate: fields.Judged, Opaque: true},
		{Name: "Logger", Fate: fields.Kept},
		{Name: "Log.Path", Key: "log_file", Fate: fields.Live},
	}
	old := config{Port: 1, Tags: []string{}, Secret: "a"}
	assert.Empty(t, fields.Differences(table, &old, &config{Port: 1, Meta: map[string]string{}, Secret: "a", Logger: new(int)}))
	assert.Equal(t, []fields.Difference{
		{Field: &table[0], Old: "1", New: "0"},
		{Field: &table[1], Old: "[]", New: "[x]"},
		{Field: &table[3]},
		{Field: &table[5], New: "p"},
	}, fields.Differences(table, &old, &config{Tags: []string{"x"}, Secret: "b", Log: inner{"p"}}))
}
