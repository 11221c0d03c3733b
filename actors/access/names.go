package access

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
	"strings"
)

// Names are what a certificate calls its owner. Users whose names they are need
// not name themselves.
type Names struct {
	plain   []string // e-mail addresses, host names and URIs
	subject name     // as a distinguished name, nil if it has parts that nobody can write
	written []string // the subject as Go writes it
}

// NamesOf takes the names from a certificate. Without one there are none, and
// nobody has none.
func NamesOf(cert *x509.Certificate) *Names {
	n := &Names{}
	if cert == nil {
		return n
	}
	n.plain = slices.Concat(cert.EmailAddresses, cert.DNSNames)
	for _, u := range cert.URIs {
		n.plain = append(n.plain, u.String())
	}
	var parts pkix.RDNSequence
	if _, err := asn1.Unmarshal(cert.RawSubject, &parts); err != nil {
		return n
	}
	n.subject = nameOf(parts)
	text := cert.Subject.ToRDNSequence().String()
	if domain := domainOf(parts); domain != "" {
		n.written = append(n.written, text+","+domain) // Go leaves it out
	}
	if text != "" {
		n.written = append(n.written, text)
	}
	return n
}

// Subject is the certificate's subject, for people; empty if there is none.
func (n *Names) Subject() string {
	if len(n.written) == 0 {
		return ""
	}
	return n.written[0]
}

// named is the user whom a certificate names and who may come by such a
// connection, nil if there is none: by a plain name, else by the subject, else by
// the subject with its parts in another order.
func (g *Gate) named(n *Names, kind string) *entrant {
	if e := g.called(n.plain, kind); e != nil {
		return e
	}
	for _, same := range []func(a, b name) bool{name.equal, name.sameParts} {
		for _, e := range g.titled {
			if len(n.subject) > 0 && e.comesBy(kind) && same(e.title, n.subject) {
				return e
			}
		}
	}
	return g.called(n.written, kind)
}

// called is the first user who is called so.
func (g *Gate) called(names []string, kind string) *entrant {
	for _, called := range names {
		if e := g.users[called]; e != nil && e.comesBy(kind) {
			return e
		}
	}
	return nil
}

// domainOf is the domain components of a subject, in their order.
func domainOf(parts pkix.RDNSequence) string {
	var domain []string
	for _, part := range parts {
		for _, a := range part {
			if text, ok := a.Value.(string); ok && attributes[a.Type.String()] == "DC" {
				domain = append(domain, "DC="+text)
			}
		}
	}
	return strings.Join(domain, ",")
}
