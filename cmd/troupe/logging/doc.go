// Package logging builds the logger of the troupe process: hclog with the level,
// the form and the output that the user asked for, and a log file that rotates
// and can be opened again. One event is one line in each form, whoever chose the
// text in it: package oneline sees to that.
//
// It owns the log file and its rotation. It promises that nobody waits for a syslog: lines
// that do not fit into its queue are dropped and counted. It must not be used by a library.
//
// Nothing but the process uses it. Libraries are handed the hclog.Logger.
package logging
