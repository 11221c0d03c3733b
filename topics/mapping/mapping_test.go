package mapping_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/topics/mapping"
)

func TestMapping(t *testing.T) {
	tests := []struct {
		source, target string
		shown          string            // Target
		names          map[string]string // subject to its other name; empty for none
	}{
		{"a", "b", "b", map[string]string{"a": "b", "a.b": "", "b": "", "": ""}},
		{"a.b.c", "a.b.c", "a.b.c", map[string]string{"a.b.c": "a.b.c", "a.b": ""}},
		{"a.*", "b.*", "b.*", map[string]string{"a.x": "b.x", "a": "", "a.x.y": "", "a.": ""}},
		{"*.*", "z.$2.$1", "z.*.*", map[string]string{"x.y": "z.y.x"}},
		{"*.*", "z.{{wildcard(2)}}.{{ Wildcard( 1 ) }}", "", nil},
		{"*.*", "z.{{wildcard(2)}}.{{ wildcard( 1 ) }}", "z.*.*", map[string]string{"x.y": "z.y.x"}},
		{"*", "$1.$1", "*.*", map[string]string{"x": "x.x"}},
		{"a.>", "b.>", "b.>", map[string]string{"a.x": "b.x", "a.x.y.z": "b.x.y.z", "a": ""}},
		{"a.>", ">", ">", map[string]string{"a.x.y": "x.y"}},
		{">", "p.>", "p.>", map[string]string{"x": "p.x", "x..y": ""}},
		{"a.*.b.>", "$1.>", "*.>", map[string]string{"a.x.b.c.d": "x.c.d"}},
		{"a.*", "b.x$1.*", "b.x$1.*", map[string]string{"a.1": "b.x$1.1"}},
	}
	for _, tt := range tests {
		t.Run(tt.source+" to "+tt.target, func(t *testing.T) {
			m, err := mapping.New(tt.source, tt.target)
			if tt.shown == "" {
				require.ErrorIs(t, err, mapping.ErrTarget)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.source, m.Source())
			assert.Equal(t, tt.shown, m.Target())
			for subject, want := range tt.names {
				got, ok := m.Append([]byte("in front:"), []byte(subject))
				assert.Equal(t, want != "", ok, subject)
				assert.Equal(t, "in front:"+want, string(got))
			}
		})
	}
}

func TestMappingThatCannotBe(t *testing.T) {
	for _, tt := range [][2]string{
		{"a..b", "c"},
		{"", "c"},
		{"a b", "c"},
		{"a", ""},
		{"a", "b..c"},
		{"a", "b c"},
		{"a", "b.>.c"},
		{"a", "$1"},
		{"a.*", "b"},
		{"a.*", "b.$0"},
		{"a.*", "b.$2"},
		{"a.*", "b.$99999999999999999999.$1"},
		{"a.*", "b.*.*"},
		{"a.*.*", "b.$2"},
		{"a.>", "b"},
		{"a", "b.>"},
		{"a.*", "b.{{split(1,-)}}"},
		{"a.*", "{{wildcard(1)}}x"},
	} {
		_, err := mapping.New(tt[0], tt[1])
		assert.Error(t, err, tt)
	}
}

func TestMappingBefore(t *testing.T) {
	tests := []struct{ source, target, pattern, want string }{
		{"a.*", "b.*", "b.x", "a.x"},
		{"a.*", "b.*", "b.*", "a.*"},
		{"a.*", "b.*", "b.>", "a.*"},
		{"a.*", "b.*", "*.x", "a.x"},
		{"a.*", "b.*", ">", "a.*"},
		{"a.*", "b.*", "c.x", ""},
		{"a.*", "b.*", "b", ""},
		{"a.*.*", "b.$2.$1", "b.x.*", "a.*.x"},
		{"a.>", "b.>", "b.x.*.>", "a.x.*.>"},
		{"a.>", "b.>", "b.x", "a.x"},
		{"a.>", "b.>", ">", "a.>"},
		{"a.>", "b.c.>", "*.>", "a.>"},
		{"a.*.>", "$1.>", "x.y.z", "a.x.y.z"},
		{"a", "b", "b", "a"},
		{"a", "b", "*", "a"},
	}
	for _, tt := range tests {
		m, err := mapping.New(tt.source, tt.target)
		require.NoError(t, err)
		got, ok := m.Before(tt.pattern)
		assert.Equal(t, tt.want != "", ok, tt)
		assert.Equal(t, tt.want, got, tt)
	}
}
