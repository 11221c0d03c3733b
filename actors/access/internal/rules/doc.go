// Package rules matches subjects, and queue groups, with lists of patterns that allow or deny them.
//
// It owns how a rule is written, a subject or a subject and a queue, and what a list of them says about a publisher or a
// subscriber.
//
// It promises that a list may be asked from any goroutine, and that a question about a subject allocates nothing.
//
// It must not know whose rules they are, or which of two lists wins.
package rules
