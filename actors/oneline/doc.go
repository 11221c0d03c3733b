// Package oneline keeps what others chose from writing the log: one event is one
// line, whatever clients put into names, subjects or the texts of errors.
//
// It owns the rule of what a line may show, which is what can be printed, and no
// more than [Most] bytes of a value. What cannot be printed is written as Go would
// write it: \n, \x1b, \u2028, \u202e. That concerns control characters and what
// terminals take for commands, line separators, marks that turn the direction of
// text around or are not seen, and what is no UTF-8. What is harmless stays as it
// is, and costs one look at its bytes.
//
// [Logger] puts the rule in front of any hclog.Logger, in whose form it has no
// say. Done twice it does nothing more.
//
// Multi-line values are one line too, since a reader could not tell one that a
// client has written from one of ours: a joined error shows its \n. A stack that
// was captured by hclog has its calls behind each other, with semicolons between.
//
// It promises that no value ends a line or hides a part of one. It must not know clients,
// and does not decide what is logged.
package oneline
