// Package disk is the files of an audit log as an operating system has them.
//
// It owns what differs from system to system: a file that nobody else can open to write to, a
// folder that is on the disk with the new name of a file, a pipe that is opened once somebody
// reads it.
//
// It promises that a [File] is this process's own until it is closed. It does not know what is
// written. [Disk] is there so that a test can have one that is full, or breaks.
package disk
