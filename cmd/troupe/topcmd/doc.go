// Package topcmd is the subcommand of troupe that shows a broker in a terminal.
//
// It owns how the program is found that does it: troupe-top, beside the running one or on the PATH. It is one of its
// own, since the broker does not link what draws in a terminal. It promises that the program gets the arguments and the
// terminal as they are, and that its exit code is the one of this. It must not know what the arguments are.
package topcmd
