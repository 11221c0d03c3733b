package auditcmd

import (
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/troupe-mq/troupe/actors/audit"
)

// errDoubtful is the error of a log that is whole, and has lines in it that nobody
// vouches for.
var errDoubtful = errors.New("audit verify: nothing is broken, and not all of it is vouched for")

func verify(args []string, stdout, stderr io.Writer) error {
	var (
		o      audit.VerifyOptions
		strict bool
	)
	fs := flag.NewFlagSet("verify", flag.ContinueOnError)
	fs.StringVar(&o.Key, "key", "", "")
	fs.StringVar(&o.Seal, "seal", "", "")
	fs.BoolVar(&o.Part, "part", false, "")
	fs.BoolVar(&strict, "strict", false, "")
	paths, err := files(fs, args)
	if err != nil {
		return err
	}
	b := newBar(stderr, "verifying")
	o.Progress = b.tell
	reports, err := audit.Verify(paths, o)
	b.done()
	doubtful := false
	for _, r := range reports {
		report(stdout, r, o.Key != "")
		doubtful = doubtful || r.Doubtful()
	}
	if err == nil && strict && doubtful {
		return errDoubtful
	}
	return err
}

// report prints what has been proven, and what has not.
func report(stdout io.Writer, r *audit.Report, signed bool) {
	but := ""
	if r.Unproven > 0 {
		but = fmt.Sprintf(", but for %d that the log does not vouch for", r.Unproven)
	}
	fmt.Fprintf(stdout, "%s: verified: records %d to %d%s (groups: %d, segments: %d)\n", r.Log, r.First, r.Last, but, r.Seals, r.Segments)
	fmt.Fprintf(stdout, "    last seal: %s\n", r.Hash)
	switch {
	case signed:
		fmt.Fprintln(stdout, "    every seal is signed with the key")
	case r.Signer != "":
		fmt.Fprintf(stdout, "    not verified: signatures, which are said to be those of %s; give --key\n", plain(r.Signer))
	default:
		fmt.Fprintln(stdout, "    nothing is signed: whoever may write the files can have written all of it anew")
	}
	doubts(stdout, r)
}

// doubts prints what has been found without a seal: once in the past, and now.
func doubts(stdout io.Writer, r *audit.Report) {
	for _, f := range r.Repairs {
		if f.Records > 0 {
			fmt.Fprintf(stdout, "    not vouched for: records %d to %d (%d) were found without a seal at the start at %s (%s:%d): "+
				"written before a crash, or by somebody else\n", f.First, f.Last, f.Records, plain(f.Time), f.File, f.Line)
		}
		if f.Moved > 0 {
			fmt.Fprintf(stdout, "    moved away: %d bytes that were no whole record and had no seal, at the start at %s (%s:%d), to %s\n",
				f.Moved, plain(f.Time), f.File, f.Line, plain(f.Aside))
		}
	}
	if r.UnsealedLines > 0 {
		fmt.Fprintf(stdout, "    not sealed: what is at the end (lines: %d; records: %d, from %d on): being written at this moment, left by a crash, "+
			"or put there by somebody else; nothing proves it\n", r.UnsealedLines, r.Unsealed, r.Last+1)
	}
	if r.Torn > 0 {
		fmt.Fprintf(stdout, "    torn: the last %d bytes are the beginning of a line; the next start moves them away\n", r.Torn)
	}
}
