// Package troupecmd is the troupe command for every main: flags and a configuration file become an [actors.Config],
// the broker runs, signals stop it. [Main] adds actors and taps to it; all that the command has stays as it is. A
// [Command] with a [Block] adds what has a block of its own in the configuration file, and may obey a reload.
//
// It owns what a process owes the system around it: its exit code, its log, its
// pid and ports files, and what each signal means. It promises that a key or a
// flag that it knows from NATS servers and cannot honour is refused by name, that
// a stop waits for clients no longer than service managers wait for it, and that
// a panic in an extension's reload costs that reload and nothing else.
//
// It must not hold any state of the broker, and it knows nothing of the protocol.
package troupecmd
