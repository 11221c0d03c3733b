package account

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/access"
)

func TestMappings(t *testing.T) {
	to := func(subject string, weight int) access.Destination {
		return access.Destination{Subject: subject, Weight: weight}
	}
	m := newMappings([]access.Mapping{
		{Source: ">", Destinations: []access.Destination{to("all.>", 100)}},
		{Source: "a.*", Destinations: []access.Destination{to("star.$1", 100)}},
		{Source: "a.>", Destinations: []access.Destination{to("rest.>", 100)}},
		{Source: "*.b", Destinations: []access.Destination{to("b.$1", 100)}},
		{Source: "a.b", Destinations: []access.Destination{to("literal", 100)}},
		{Source: "some", Destinations: []access.Destination{to("x", 50), to("y", 30)}},
		{Source: "lossy", Destinations: []access.Destination{to("x", 30), to("lossy", 30)}},
		{Source: "kept"},
		{Source: "dice", Destinations: []access.Destination{to("d.{{random(5)}}", 100)}},
		{Source: "scoped", Destinations: []access.Destination{to("s", 100), {Subject: "s.east", Weight: 40, Cluster: "east"}, {Subject: "s.west", Weight: 100, Cluster: "west"}}},
		{Source: "elsewhere", Destinations: []access.Destination{{Subject: "e", Weight: 100, Cluster: "west"}}},
		{Source: "otherwise", Destinations: []access.Destination{to("o", 100), {Subject: "p", Weight: 100, Cluster: "west"}}},
	}, "east")
	for _, tt := range []struct {
		subject string
		roll    int
		want    string // "-" for its own, empty for lost
	}{
		{"a.b", 0, "literal"},
		{"a.c", 99, "star.c"},
		{"a.c.d", 0, "rest.c.d"},
		{"c.b", 0, "b.c"},
		{"c.d", 0, "all.c.d"},
		{"some", 0, "x"},
		{"some", 49, "x"},
		{"some", 50, "y"},
		{"some", 79, "y"},
		{"some", 80, "-"},
		{"lossy", 29, "x"},
		{"lossy", 30, "lossy"},
		{"lossy", 60, ""},
		{"kept", 0, "-"},
		{"dice", 3, "d.3"},
		{"scoped", 39, "s.east"},
		{"scoped", 40, "-"},
		{"elsewhere", 0, "-"},
		{"otherwise", 0, "o"},
	} {
		name, renamed := Rename([]byte("in front:"), []byte(tt.subject), m.Of([]byte(tt.subject)), func(n int) int { return min(tt.roll, n-1) })
		assert.Equal(t, tt.want != "-", renamed, tt)
		if renamed {
			assert.Equal(t, "in front:"+tt.want, string(name), tt)
		}
	}
	assert.Nil(t, newMappings(nil, ""))
}
