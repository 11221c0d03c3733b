package certificate

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
	Plain   []string      // e-mail addresses, host names and URIs
	Title   Distinguished // the subject, nil if it has parts that nobody can write
	Written []string      // the subject as Go writes it, with its domain first
}

// NamesOf takes the names from a certificate. Without one there are none.
func NamesOf(cert *x509.Certificate) *Names {
	n := &Names{}
	if cert == nil {
		return n
	}
	n.Plain = slices.Concat(cert.EmailAddresses, cert.DNSNames)
	for _, u := range cert.URIs {
		n.Plain = append(n.Plain, u.String())
	}
	var parts pkix.RDNSequence
	if _, err := asn1.Unmarshal(cert.RawSubject, &parts); err != nil {
		return n
	}
	n.Title = nameOf(parts)
	text := cert.Subject.ToRDNSequence().String()
	if domain := domainOf(parts); domain != "" {
		n.Written = append(n.Written, text+","+domain) // Go leaves it out
	}
	if text != "" {
		n.Written = append(n.Written, text)
	}
	return n
}

// Subject is the certificate's subject, for people; empty if there is none.
func (n *Names) Subject() string {
	if len(n.Written) == 0 {
		return ""
	}
	return n.Written[0]
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
