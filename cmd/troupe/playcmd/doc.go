// Package playcmd is the subcommand of troupe that plays a session file at a broker that
// runs and shows both sides, for courses and demonstrations, and writes one of what is typed.
//
// It owns the pace, and how the two sides look. It promises that what is shown is what was
// said on the wire, with nothing in it that a terminal could take for a command, and an exit
// code of 1 where the broker says something else than the file. It must not know the form of
// such files: package transcript does, and the tests play the same files.
package playcmd
