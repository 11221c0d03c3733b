// Package settings is what a reload exchanges: one value behind one pointer.
//
// It owns [Settings] and the pointer to those that are in force ([InForce]). It promises
// that a value is never changed once it is in force: whoever has loaded it sees one
// configuration, whole, for as long as it likes. It must not know actors.Config, files
// or flags. The facade makes a value of these, and decides what may change.
//
// # A reload
//
// Broker.Reload makes another value and puts it into force, or it finds a reason not to,
// and then nothing has changed: the configuration is not valid, a certificate cannot be
// used, or a field has changed that cannot while the broker runs. The table fields in
// package config has a row for each field of Config and says what becomes of a change.
//
// Most settings are read when they are needed. Where a change concerns connections that
// are there, each is asked to look at itself: it takes over its limits, asks the new gate
// whether its client may stay and what it may do, and ends the subscriptions that it may
// not have any more. A client that may do the same as before has the very same rights, so
// it keeps what hangs on them.
//
// A connection remembers the settings that it has judged its client by
// (session.Session.Settings). One that is made in the middle of a reload sees, when it
// starts, that its settings are old.
//
// # Why one pointer
//
// A lock over the configuration would be taken on every command. Fields that change one
// by one would let a client be judged by half of the old and half of the new. One pointer
// costs one load, and is all or nothing by itself.
package settings
