// Package certfiles is the certificates of a listener, as they are in their files.
//
// It owns when files are looked at again, and how many handshakes may begin in a second. It promises that a certificate
// which has been renewed is shown without a restart, and that a mistake in one leaves the old one in use. It must not know
// what the files mean: whoever makes [Certificates] says how they are loaded.
package certfiles
