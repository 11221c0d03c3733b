// Package revocationtest is an authority for tests: it signs certificates, and says by OCSP what has become of them.
//
// It owns the authority's key, its responder, which listens on the loopback address until the test ends, and what that says of each
// certificate. It promises that its answers are signed as those of a real authority are, so that whoever checks them needs no
// exception for tests. It must not be used outside of tests.
package revocationtest
