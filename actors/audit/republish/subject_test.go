package republish

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/topics"
)

func TestSubjects(t *testing.T) {
	c := Config{Prefix: "$AUDIT"}
	long := strings.Repeat("s", maxSubject)
	for _, tt := range []struct {
		name, account, subject string
		kind                   tap.Kind
		want                   string
	}{
		{"message", "A", "orders.new", tap.Published, "$AUDIT.A.PUB.orders.new"},
		{"no subject", "A", "", tap.Connected, "$AUDIT.A.connected"},
		{"no account", "", "", tap.AuthFailed, "$AUDIT.-.auth_failed"},
		{"wildcards", "A", "*.b.>", tap.Subscribed, "$AUDIT.A.SUB.%2A.b.%3E"},
		{"wildcards in a token", "A", "a*.b>", tap.Subscribed, "$AUDIT.A.SUB.a*.b>"},
		{"empty tokens", "A", ".a..", tap.Published, "$AUDIT.A.PUB.%.a.%.%"},
		{"only dots", "A", ".", tap.Published, "$AUDIT.A.PUB.%.%"},
		{"blanks and controls", "A", "a b.\x7f\r\n.100%", tap.Published, "$AUDIT.A.PUB.a%20b.%7F%0D%0A.100%25"},
		{"no text", "A", "\xff.\u2028", tap.Published, "$AUDIT.A.PUB.\xff.\u2028"},
		{"account", "my.acc *>", "x", tap.Published, "$AUDIT.my%2Eacc%20*>.PUB.x"},
		{"account that is a wildcard", ">", "x", tap.Published, "$AUDIT.%3E.PUB.x"},
		{"long", "A", long, tap.Published, "$AUDIT.A.PUB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := c.subjectOf(&tap.Record{Kind: tt.kind, Subject: tt.subject, Origin: &report.Origin{Account: tt.account}})
			assert.Equal(t, tt.want, got)
			assert.True(t, topics.ValidSubject([]byte(got)))
		})
	}
	assert.Equal(t, "$AUDIT.-.gap", c.subjectOf(&tap.Record{}))
}

func TestValidate(t *testing.T) {
	for prefix, valid := range map[string]bool{"": true, "x.y": true, "$AUDIT": true, "a b": false, "a.*": false, "a..b": false, ">": false, "%": false} {
		assert.Equal(t, valid, (&Config{Prefix: prefix}).Validate() == nil, prefix)
	}
}
