package auditcmd

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"time"

	"github.com/troupe-mq/troupe/actors/audit"
	"github.com/troupe-mq/troupe/cmd/troupe/logging"
	"github.com/troupe-mq/troupe/topics"
)

// wanted is what cat was asked for.
type wanted struct {
	filter              audit.Filter
	last                int // 0: all
	follow              bool
	by                  string // a summary by that; empty: none
	json, text, columns bool
	paths               []string
}

// followed is how many of the records that are there are shown by -f.
const followed = 10

func cat(args []string, stdout, stderr io.Writer) error {
	w, err := parseCat(args)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if w.by != "" {
		return w.summarize(ctx, stdout, stderr)
	}
	return w.print(ctx, stdout, stderr)
}

// parseCat reads the command line.
func parseCat(args []string) (*wanted, error) {
	w := &wanted{}
	f, now := &w.filter, time.Now()
	fs := flag.NewFlagSet("cat", flag.ContinueOnError)
	fs.StringVar(&f.User, "user", "", "")
	fs.StringVar(&f.Account, "account", "", "")
	fs.Uint64Var(&f.CID, "cid", 0, "")
	fs.Func("verb", "", oneOf(&f.Event, "verb", audit.Events()))
	fs.Func("outcome", "", oneOf(&f.Outcome, "outcome", audit.Outcomes()))
	fs.Func("by", "", oneOf(&w.by, "summary by", summaries))
	fs.BoolVar(&w.json, "json", false, "")
	fs.BoolVar(&w.text, "text", false, "")
	fs.BoolVar(&w.columns, "columns", false, "")
	fs.BoolVar(&w.follow, "f", false, "")
	fs.Func("n", "", func(s string) (err error) {
		if w.last, err = strconv.Atoi(s); err != nil || w.last < 1 || w.last > mostKept {
			return fmt.Errorf("%q is no number from 1 to %d", s, mostKept)
		}
		return nil
	})
	fs.Func("subject", "", func(s string) error {
		f.Subject = s
		if why := topics.Flaw(s, true); why != "" {
			return fmt.Errorf("%q is no subject: %s", s, why)
		}
		return nil
	})
	fs.Func("since", "", func(s string) (err error) { f.Since, err = moment(s, now); return err })
	fs.Func("until", "", func(s string) (err error) { f.Until, err = moment(s, now); return err })
	var err error
	if w.paths, err = files(fs, args); err != nil {
		return nil, err
	}
	return w, w.check()
}

// check says what makes no sense together.
func (w *wanted) check() error {
	forms := 0
	for _, asked := range []bool{w.json, w.text, w.columns} {
		if asked {
			forms++
		}
	}
	switch {
	case w.json && w.text:
		return misuse("audit cat: --json and --text are two forms of the same")
	case forms > 1:
		return misuse("audit cat: --json, --text and --columns are forms of the same: choose one")
	case forms > 0 && w.by != "":
		return misuse("audit cat: --by has a form of its own, without --json, --text and --columns")
	case w.follow && w.by != "":
		return misuse("audit cat: a summary has an end, and -f has none: leave out --by or -f")
	case w.follow && len(w.paths) > 1:
		return misuse("audit cat: -f follows one log, and not %d", len(w.paths))
	case !w.filter.Since.IsZero() && !w.filter.Until.IsZero() && !w.filter.Since.Before(w.filter.Until):
		return misuse("audit cat: nothing is between --since and --until: the first is not before the second")
	}
	return nil
}

// printer writes records in the form that was asked for.
type printer struct {
	out     *bufio.Writer
	as      func(*audit.Entry) []byte
	follows bool
}

func (w *wanted) printer(stdout io.Writer) *printer {
	p := &printer{out: bufio.NewWriter(stdout), follows: w.follow}
	switch {
	case w.json:
		p.as = func(e *audit.Entry) []byte { return e.JSON }
	case w.columns || !w.text && logging.IsTerminal(stdout):
		t := &table{}
		p.as = t.row
	default:
		p.as = func(e *audit.Entry) []byte { return appendEntry(nil, e) }
	}
	return p
}

func (p *printer) print(e *audit.Entry) error {
	if _, err := p.out.Write(append(p.as(e), '\n')); err != nil || !p.follows {
		return err
	}
	return p.out.Flush() // somebody waits for it
}

// print prints the records that are wanted, and follows the log if that is.
func (w *wanted) print(ctx context.Context, stdout, stderr io.Writer) error {
	p := w.printer(stdout)
	if w.follow && w.last == 0 {
		w.last = followed
	}
	seen, last := uint64(0), newest{most: w.last}
	err := w.read(ctx, stderr, func(e *audit.Entry) error {
		seen = e.Number
		switch {
		case !w.filter.Wants(e):
			return nil
		case w.last > 0:
			last.add(e)
			return nil
		}
		return p.print(e)
	})
	for _, e := range last.all() {
		err = errors.Join(err, p.print(e))
	}
	if err = errors.Join(err, p.out.Flush()); err != nil || !w.follow {
		return err
	}
	return audit.Follow(ctx, w.paths[0], seen, func(e *audit.Entry) error {
		if !w.filter.Wants(e) {
			return nil
		}
		return p.print(e)
	})
}

// read reads the log, with a bar if that takes long. ctx ends it.
func (w *wanted) read(ctx context.Context, stderr io.Writer, do func(*audit.Entry) error) error {
	b := newBar(stderr, "reading")
	defer b.done()
	return audit.ReadWith(w.paths, audit.ReadOptions{Progress: b.tell}, func(e *audit.Entry) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return do(e)
	})
}

// mostKept is how many records -n may ask for: they are in memory.
const mostKept = 100_000

// newest keeps the last records of many.
type newest struct {
	most int
	kept []*audit.Entry
	next int // where the next one goes, when there are most
}

func (n *newest) add(e *audit.Entry) {
	if len(n.kept) < n.most {
		n.kept = append(n.kept, e)
		return
	}
	n.kept[n.next] = e
	n.next = (n.next + 1) % n.most
}

// all is what is kept, oldest first.
func (n *newest) all() []*audit.Entry { return append(n.kept[n.next:], n.kept[:n.next]...) }

// moment reads a time, or how long ago it was.
func moment(s string, now time.Time) (time.Time, error) {
	if d, err := time.ParseDuration(s); err == nil {
		return now.Add(-d), nil
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", time.DateTime, "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.Parse(form, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time such as 2026-11-23T03:04:05Z, and no duration such as 90m", s)
}
