package conf_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/cmd/troupe/conf"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/conftest"
)

type level int

func (l *level) UnmarshalText(text []byte) error {
	levels := map[string]level{"low": 1, "high": 2}
	if *l = levels[string(text)]; *l == 0 {
		return errors.New("neither low nor high")
	}
	return nil
}

// guard is the block of an extension.
type guard struct {
	Greeting string
	MaxAge   time.Duration
	Size     int `conf:"limit"`
	Small    int8
	Share    float64
	Count    uint16
	Open     bool
	Deny     []string
	Level    level
	Inner    struct{ APIKey string }
	Each     map[string]struct{ Port int }
	Rules    []struct{ From, To string }
	Hidden   string `conf:"-"`
	Callback func()
}

func (g *guard) Validate() error {
	if g.Greeting == "panic" {
		panic("out of order")
	}
	if len(g.Deny) > 3 {
		return errors.New("denies too much")
	}
	return nil
}

func readGuard(t *testing.T, text string) (guard, error) {
	t.Helper()
	s := conf.Default()
	g := guard{Greeting: "hello", Size: 7}
	s.Extensions = conf.Blocks{"guard": &g, "other": &struct{}{}}
	t.Chdir(conftest.Write(t, map[string]string{"t.conf": text}))
	_, err := s.ReadFile("t.conf")
	return g, err
}

func TestExtensionBlock(t *testing.T) {
	g, err := readGuard(t, `
		extensions {
			guard {
				max_age: "2m", limit: 8KB, small: -3, share: 0.5, count: 9, OPEN: yes, deny: [a, "b c"], level: high
				inner { api_key: "k" }
				each { x { port: 1 }, y { port: 2 } }
				rules: [ { from: a, to: b }, { from: c } ]
			}
		}`)
	require.NoError(t, err)
	want := guard{Greeting: "hello", MaxAge: 2 * time.Minute, Size: 8192, Small: -3, Share: 0.5, Count: 9, Open: true, Deny: []string{"a", "b c"}, Level: 2}
	want.Inner.APIKey = "k"
	want.Each = map[string]struct{ Port int }{"x": {1}, "y": {2}}
	want.Rules = []struct{ From, To string }{{"a", "b"}, {From: "c"}}
	assert.Equal(t, want, g)

	g, err = readGuard(t, "port: 1\nextensions { guard { deny: one, share: 2 } }")
	require.NoError(t, err)
	assert.Equal(t, guard{Greeting: "hello", Size: 7, Share: 2, Deny: []string{"one"}}, g, "what the block does not say stays")
}

func TestMistakesInExtensions(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"unknown", "extensions {\n  guards { } }", `t.conf:2:3: unknown extension "guards": this program has guard, other`},
		{"no block", "extensions: 5", `t.conf:1:1: "extensions": needs a block: extensions { NAME { … } }`},
		{"extension without a block", "extensions {\n guard: 5 }", `t.conf:2:2: extension "guard": needs a block: extensions { guard { … } }`},
		{"unknown key", "extensions { guard {\n colour: 5 } }", `t.conf:2:2: unknown field "colour"`},
		{"hidden", "extensions { guard {\n hidden: 5 } }", `t.conf:2:2: unknown field "hidden"`},
		{"text", "extensions { guard {\n greeting: 5 } }", `t.conf:2:2: "greeting": needs text; put the value in quotes`},
		{"duration", "extensions { guard {\n max_age: soon } }", `t.conf:2:2: "max_age": "soon" is not a duration such as 2m or 500ms`},
		{"number", "extensions { guard {\n limit: many } }", `t.conf:2:2: "limit": "many" is not a number such as 1024, 64k or 1MB`},
		{"too large", "extensions { guard {\n small: 200 } }", `t.conf:2:2: "small": 200 is out of range`},
		{"too small", "extensions { guard {\n count: -1 } }", `t.conf:2:2: "count": -1 is out of range`},
		{"own kind", "extensions { guard {\n level: middle } }", `t.conf:2:2: "level": neither low nor high`},
		{"inner key", "extensions { guard { inner {\n apikey: k } } }", `t.conf:2:2: unknown field "apikey", did you mean api_key?`},
		{"inner block", "extensions { guard {\n inner: k } }", `t.conf:2:2: "inner": needs a block: { … }`},
		{"in a list", "extensions { guard {\n deny: [a, true] } }", `t.conf:2:2: "deny": needs text; put the value in quotes`},
		{"in a map", "extensions { guard { each { x {\n port: p } } } }", `t.conf:2:2: "port": "p" is not a number such as 1024, 64k or 1MB`},
		{"what cannot be set", "extensions { guard {\n callback: f } }", `t.conf:2:2: "callback": the extension cannot take it: no value can be read into a func()`},
		{"as a whole", "extensions {\n guard { deny: [a, b, c, d] } }", `t.conf:2:2: extension "guard": denies too much`},
		{"out of order", "extensions {\n guard { greeting: panic } }", `t.conf:2:2: extension "guard" has panicked: out of order`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readGuard(t, tt.text)
			require.EqualError(t, err, tt.want)
		})
	}
}

func TestNoExtensions(t *testing.T) {
	_, _, err := conftest.Read(t, "extensions { guard { } }")
	require.EqualError(t, err, `t.conf:1:14: unknown extension "guard": this program has none`)
}

func TestBlockThatIsNoPointer(t *testing.T) {
	s := conf.Default()
	s.Extensions = conf.Blocks{"guard": guard{}}
	t.Chdir(conftest.Write(t, map[string]string{"t.conf": "extensions { guard { limit: 1 } }"}))
	_, err := s.ReadFile("t.conf")
	require.ErrorIs(t, err, conf.ErrBlock)
}

// FuzzExtension feeds a block of an extension.
func FuzzExtension(f *testing.F) {
	f.Add("greeting: a, deny: [a, {b: c}], each { x { port: 1 } }, rules: [{from: a}], level: high, share: 1e9")
	f.Add("inner: [[[1]]], count: 99999999999, max_age: 1e300, callback: {}")
	f.Fuzz(func(t *testing.T, block string) {
		t.Chdir(conftest.Write(t, map[string]string{"f.conf": "extensions { guard {" + block + "} }"}))
		s := conf.Default()
		s.Extensions = conf.Blocks{"guard": &guard{}}
		_, _ = s.ReadFile("f.conf") // must not panic
	})
}
