// Package certificate reads what a certificate calls its owner.
//
// It owns the names in a certificate, and distinguished names as text: which of two spellings mean the same.
//
// It promises that a name which nobody can write is no name, so that no user is taken for its owner.
//
// It must not know users, nor judge whether a certificate is to be believed: whoever asks has checked it.
package certificate
