package certificate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/access/certificate"
)

// Pairs of texts, and whether they are the same name.
func TestParseSpellings(t *testing.T) {
	for _, c := range []struct {
		one, other string
		same       bool
	}{
		{"CN=alice,O=Acme", "cn=alice, o=Acme", true},
		{"CN=alice,O=Acme", "O=Acme,CN=alice", false}, // the order says who is inside whom
		{"CN=alice+OU=Ops", "OU=Ops+CN=alice", true},  // within one part it says nothing
		{`CN=Acme\, Inc`, `CN=Acme\2c Inc`, true},
		{"CN= alice ", "CN=alice", true},
		{`CN=\ alice`, "CN=alice", false},
		{"CN=alice", "CN=Alice", false},
	} {
		one, other := certificate.Parse(c.one), certificate.Parse(c.other)
		assert.NotNil(t, one, c.one)
		assert.NotNil(t, other, c.other)
		assert.Equal(t, c.same, one.Equal(other), c)
	}
}

func TestSameParts(t *testing.T) {
	one := certificate.Parse("CN=alice,O=Acme")
	assert.True(t, one.SameParts(certificate.Parse("O=Acme,CN=alice")))
	assert.False(t, one.SameParts(certificate.Parse("O=Acme")))
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"alice", "=alice", "CN=alice,", "CN=alice+", `CN=a\`, `CN=\zz`, "CN=#0401", `C"N=a`} {
		assert.Nil(t, certificate.Parse(text), text)
	}
}
