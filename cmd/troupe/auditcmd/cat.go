package auditcmd

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/troupe-mq/troupe/actors/audit"
	"github.com/troupe-mq/troupe/topics"
)

func cat(args []string, stdout io.Writer) error {
	var (
		f            audit.Filter
		asJSON, text bool
	)
	now := time.Now()
	fs := flag.NewFlagSet("cat", flag.ContinueOnError)
	fs.StringVar(&f.User, "user", "", "")
	fs.StringVar(&f.Account, "account", "", "")
	fs.Uint64Var(&f.CID, "cid", 0, "")
	fs.StringVar(&f.Event, "verb", "", "")
	fs.BoolVar(&asJSON, "json", false, "")
	fs.BoolVar(&text, "text", false, "")
	fs.Func("subject", "", func(s string) error {
		f.Subject = s
		if !topics.ValidPattern(s) {
			return errors.New("it is no subject")
		}
		return nil
	})
	fs.Func("since", "", func(s string) (err error) { f.Since, err = moment(s, now); return err })
	fs.Func("until", "", func(s string) (err error) { f.Until, err = moment(s, now); return err })
	paths, err := files(fs, args)
	if err != nil {
		return err
	}
	if asJSON && text {
		return errors.New("audit cat: --json and --text are two forms of the same")
	}
	out := bufio.NewWriter(stdout)
	err = audit.Read(paths, func(e *audit.Entry) error {
		if !f.Wants(e) {
			return nil
		}
		line := e.JSON
		if !asJSON {
			line = appendEntry(nil, e)
		}
		_, err := out.Write(append(line, '\n'))
		return err
	})
	return errors.Join(err, out.Flush())
}

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
