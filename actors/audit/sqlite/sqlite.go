package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	_ "modernc.org/sqlite"

	"github.com/troupe-mq/troupe/actors/audit/groupcommit"
	"github.com/troupe-mq/troupe/actors/tap"
)

// Config is all that can be set.
type Config struct {
	// File is the database. It may have other tables.
	File string
	// Policy is what happens when the database does not keep up or cannot be
	// written: see audit.Config.
	Policy tap.Policy
	// Payload is how much of payloads is kept. Default: nothing but the size.
	Payload tap.Payload
	// Subjects are the patterns of the messages that are kept. Default: all.
	Subjects []string
	// Deadline is how long tap.Block has publishers wait. Default: the tap's.
	Deadline time.Duration
}

// forever is longer than a tap can be stuck: the actor copes with a database that
// hangs by itself.
const forever = 100 * 365 * 24 * time.Hour

// Tap makes the tap that keeps the table, to be given to actors.WithTap. A database
// that cannot be used is an error now.
func Tap(c Config) (tap.Spec, actor.Producer, error) {
	s := &store{file: c.File}
	_, err := s.Open(context.Background())
	if err := errors.Join(err, s.Close()); err != nil {
		return tap.Spec{}, nil, err
	}
	spec := tap.Spec{
		Name: "sqlite", Subjects: c.Subjects, Payload: c.Payload, Policy: c.Policy,
		Deadline: c.Deadline, StuckAfter: forever,
	}
	return spec, groupcommit.Producer(groupcommit.Config{
		Name: c.File, Store: s, Page: func() groupcommit.Page { return new(page) }, Policy: c.Policy,
	}), nil
}

// store is the database.
type store struct {
	file string
	db   *sql.DB // nil while it is closed
}

// schema is made where it is not there yet.
const schema = `
CREATE TABLE IF NOT EXISTS audit (
	n INTEGER PRIMARY KEY, seq INTEGER, time TEXT NOT NULL, event TEXT NOT NULL,
	cid INTEGER, user TEXT, account TEXT, addr TEXT,
	subject TEXT, reply TEXT, queue TEXT, sid TEXT, max INTEGER,
	size INTEGER, headers INTEGER, payload BLOB,
	outcome TEXT, copies INTEGER, reason TEXT, detail TEXT
);
CREATE INDEX IF NOT EXISTS audit_time ON audit (time);
CREATE INDEX IF NOT EXISTS audit_user ON audit (user, time);
CREATE INDEX IF NOT EXISTS audit_subject ON audit (subject, time);
CREATE INDEX IF NOT EXISTS audit_cid ON audit (cid, seq);`

const insert = `INSERT INTO audit VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`

// Open opens the database.
func (s *store) Open(ctx context.Context) (next uint64, err error) {
	if s.db != nil {
		return 0, errors.New("sqlite: the database is open")
	}
	db, err := sql.Open("sqlite", "file:"+s.file+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(1000)")
	if err != nil {
		return 0, fmt.Errorf("sqlite: %w", err)
	}
	db.SetMaxOpenConns(1)
	if _, err = db.ExecContext(ctx, schema); err == nil {
		err = db.QueryRowContext(ctx, `SELECT coalesce(max(n), 0) + 1 FROM audit`).Scan(&next)
	}
	if err != nil {
		return 0, fmt.Errorf("sqlite: %s: %w", s.file, errors.Join(err, db.Close()))
	}
	s.db = db
	return next, nil
}

// Commit inserts pages in one transaction.
func (s *store) Commit(ctx context.Context, pages []groupcommit.Page) error {
	if s.db == nil {
		return errors.New("sqlite: the database is closed")
	}
	if err := s.insert(ctx, pages); err != nil {
		return fmt.Errorf("sqlite: %s: %w", s.file, errors.Join(err, s.Close()))
	}
	return nil
}

func (s *store) insert(ctx context.Context, pages []groupcommit.Page) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing, once it is committed
	q, err := tx.PrepareContext(ctx, insert)
	if err != nil {
		return err
	}
	for _, p := range pages {
		for _, row := range p.(*page).rows {
			if _, err := q.ExecContext(ctx, row...); err != nil {
				return err
			}
		}
	}
	return tx.Commit()
}

// Tend has nothing to do.
func (s *store) Tend() (time.Time, error) { return time.Time{}, nil }

// Close closes the database.
func (s *store) Close() error {
	if s.db == nil {
		return nil
	}
	err := s.db.Close()
	s.db = nil
	return err
}
