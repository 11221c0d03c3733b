package access_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/access/certificate"
)

var (
	typeCN  = asn1.ObjectIdentifier{2, 5, 4, 3}
	typeO   = asn1.ObjectIdentifier{2, 5, 4, 10}
	typeOU  = asn1.ObjectIdentifier{2, 5, 4, 11}
	typeDC  = asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 25}
	typeUID = asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 1}
)

// subject is a certificate's: each argument is one part.
func subject(t *testing.T, parts ...[]pkix.AttributeTypeAndValue) *x509.Certificate {
	t.Helper()
	var sequence pkix.RDNSequence
	for _, p := range parts {
		sequence = append(sequence, p)
	}
	raw, err := asn1.Marshal(sequence)
	require.NoError(t, err)
	cert := &x509.Certificate{RawSubject: raw}
	cert.Subject.FillFromRDNSequence(&sequence)
	return cert
}

func part(kind asn1.ObjectIdentifier, value string) []pkix.AttributeTypeAndValue {
	return []pkix.AttributeTypeAndValue{{Type: kind, Value: value}}
}

func TestNames(t *testing.T) {
	uri, err := url.Parse("spiffe://example.com/ann")
	require.NoError(t, err)
	several := &x509.Certificate{EmailAddresses: []string{"x@y", "ann@example.com"}, DNSNames: []string{"ann.example.com"}, URIs: []*url.URL{uri}}
	plain := subject(t, part(typeO, "Acme"), part(typeCN, "ann"))
	domains := subject(t, part(typeDC, "com"), part(typeDC, "acme"), part(typeOU, "ops"), part(typeCN, "ann"))
	double := subject(t, part(typeO, "Acme"), append(part(typeCN, "ann"), part(typeOU, "ops")...))
	for name, tc := range map[string]struct {
		cert  *x509.Certificate
		users []string
		want  string
	}{
		"e-mail":                        {several, []string{"ann.example.com", "ann@example.com"}, "ann@example.com"},
		"host":                          {several, []string{"spiffe://example.com/ann", "ann.example.com"}, "ann.example.com"},
		"URI":                           {several, []string{"spiffe://example.com/ann", "ann"}, "spiffe://example.com/ann"},
		"nobody of those":               {several, []string{"ann"}, ""},
		"subject":                       {plain, []string{"CN=ann,O=Acme"}, "CN=ann,O=Acme"},
		"subject, other order":          {plain, []string{"O=Acme,CN=ann"}, "O=Acme,CN=ann"},
		"subject, the right order wins": {plain, []string{"O=Acme,CN=ann", "CN=ann,O=Acme"}, "CN=ann,O=Acme"},
		"subject, blanks and case":      {plain, []string{" cn = ann , o=Acme"}, " cn = ann , o=Acme"},
		"subject, case of a value":      {plain, []string{"CN=Ann,O=Acme"}, ""},
		"subject, a part of it":         {plain, []string{"CN=ann"}, ""},
		"subject, more than it":         {plain, []string{"CN=ann,O=Acme,C=DE"}, ""},
		"the common name alone":         {plain, []string{"ann"}, ""},
		"domain":                        {domains, []string{"CN=ann,OU=ops,DC=acme,DC=com"}, "CN=ann,OU=ops,DC=acme,DC=com"},
		"domain, other order":           {domains, []string{"DC=com,DC=acme,OU=ops,CN=ann"}, "DC=com,DC=acme,OU=ops,CN=ann"},
		"domain, left out":              {domains, []string{"CN=ann,OU=ops"}, "CN=ann,OU=ops"},
		"a part of two":                 {double, []string{"OU=ops+CN=ann,O=Acme"}, "OU=ops+CN=ann,O=Acme"},
		"escaped":                       {subject(t, part(typeCN, `a,b "c" `)), []string{`CN=a\2Cb \"c\"\ `}, `CN=a\2Cb \"c\"\ `},
		"a type without a name":         {subject(t, part(typeUID, "1"), part(typeCN, "ann")), []string{"CN=ann"}, "CN=ann"},
		"an empty subject":              {subject(t), []string{"CN="}, ""},
		"no certificate":                {nil, []string{"ann"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			policy := access.Policy{Mapped: []string{access.Standard}}
			for _, u := range tc.users {
				policy.Users = append(policy.Users, access.User{Name: u})
			}
			gate, err := access.New(policy)
			require.NoError(t, err)
			who := gate.Claim(access.Credentials{Kind: access.Standard, Names: certificate.NamesOf(tc.cert)}).Holds()
			if tc.want == "" {
				assert.Nil(t, who)
				return
			}
			require.NotNil(t, who)
			assert.Equal(t, tc.want, who.Name)
		})
	}
}

func TestMappedUsers(t *testing.T) {
	pair, public := keyPair(t)
	const nonce = "onmlkjihgfedcba"
	gate, err := access.New(access.Policy{
		Users: []access.User{
			{Name: "ann"},
			{Name: "ben", Password: "b"},
			{Name: "web", ConnectionTypes: []string{"websocket"}},
			{Name: "guest"},
			{NKey: public},
		},
		NoAuthUser: "guest", Mapped: []string{access.Standard},
	})
	require.NoError(t, err)
	assert.Nil(t, gate.Stranger(access.Standard, true), "a certificate is asked for")
	for name, tc := range map[string]struct {
		shown access.Credentials
		names []string // of the certificate; nil where none is asked for
		want  string
	}{
		"its own":                          {access.Credentials{}, []string{"ann"}, "ann"},
		"whatever is said":                 {access.Credentials{User: "ben"}, []string{"ann"}, "ann"},
		"a password that it has not":       {access.Credentials{Password: "b"}, []string{"ann"}, ""},
		"with its password":                {access.Credentials{Password: "b"}, []string{"ben"}, "ben"},
		"without its password":             {access.Credentials{}, []string{"ben"}, ""},
		"wrong connection":                 {access.Credentials{}, []string{"web"}, ""},
		"nobody":                           {access.Credentials{}, []string{"zed"}, ""},
		"no names at all":                  {access.Credentials{}, []string{}, ""},
		"an nkey":                          {access.Credentials{NKey: public, Sig: base64.RawURLEncoding.EncodeToString(sign(t, pair, nonce)), Nonce: nonce}, []string{"ann"}, public},
		"elsewhere, without a certificate": {access.Credentials{User: "ann", Kind: access.InProcess}, nil, ""},
		"elsewhere, by password":           {access.Credentials{User: "ben", Password: "b", Kind: access.InProcess}, nil, "ben"},
		"elsewhere, never mapped":          {access.Credentials{User: "web", Kind: access.WebSocket}, nil, "web"},
		"elsewhere, nothing":               {access.Credentials{Kind: access.InProcess}, nil, "guest"},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.names != nil {
				tc.shown.Kind, tc.shown.Names = access.Standard, certificate.NamesOf(&x509.Certificate{DNSNames: tc.names})
			}
			who := gate.Claim(tc.shown).Holds()
			if tc.want == "" {
				assert.Nil(t, who)
				return
			}
			require.NotNil(t, who)
			assert.Equal(t, tc.want, who.Name)
		})
	}
}
