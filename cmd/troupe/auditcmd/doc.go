// Package auditcmd is the subcommands of troupe that read an audit log: verify
// proves that nobody has altered it, cat prints what is in it.
//
// It owns the command line and the form of what is printed. It promises an exit code that a
// script can rely on, and it must not write to a log. What a log is and
// what proves it is known to actors/audit.
package auditcmd
