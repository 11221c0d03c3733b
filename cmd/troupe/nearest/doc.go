// Package nearest finds what somebody has probably meant by a word that is none of
// those that are known: a flag, a key, an event of the audit log.
//
// It owns how near two words are. It promises that a suggestion is made only where it is
// likely to be right, and that it takes no time worth speaking of for words of any length. It
// must not know any of the words.
package nearest
