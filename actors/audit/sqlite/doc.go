// Package sqlite is an audit log in a table of an SQLite database, to be asked in
// SQL. It is a package of its own so that no broker has the database in it that
// does not use it.
//
// It owns the table audit, and promises what the log in files promises about when
// a batch is taken: one transaction for all that came while the one before was
// under way, and on the disk when it is over. There is no chain: who may write the
// database may alter it.
//
//	spec, produce, err := sqlite.Tap(sqlite.Config{File: "audit.db", Policy: tap.Block})
//	broker, err := actors.Start(ctx, config, actors.WithTap(spec, produce))
package sqlite
