package auditcmd

import (
	"flag"
	"fmt"
	"io"

	"github.com/troupe-mq/troupe/actors/audit"
)

func verify(args []string, stdout io.Writer) error {
	var o audit.VerifyOptions
	fs := flag.NewFlagSet("verify", flag.ContinueOnError)
	fs.StringVar(&o.Key, "key", "", "")
	fs.StringVar(&o.Seal, "seal", "", "")
	fs.BoolVar(&o.Part, "part", false, "")
	paths, err := files(fs, args)
	if err != nil {
		return err
	}
	reports, err := audit.Verify(paths, o)
	for _, r := range reports {
		report(stdout, r, o.Key != "")
	}
	return err
}

// report prints what has been proven, and what has not.
func report(stdout io.Writer, r *audit.Report, signed bool) {
	fmt.Fprintf(stdout, "%s: verified: records %d to %d (groups: %d, segments: %d)\n", r.Log, r.First, r.Last, r.Seals, r.Segments)
	fmt.Fprintf(stdout, "    last seal: %s\n", r.Hash)
	switch {
	case signed:
		fmt.Fprintln(stdout, "    every seal is signed with the key")
	case r.Signer != "":
		fmt.Fprintf(stdout, "    not verified: signatures, which are said to be those of %s; give --key\n", r.Signer)
	default:
		fmt.Fprintln(stdout, "    nothing is signed: whoever may write the files can have written all of it anew")
	}
	if r.Unsealed > 0 {
		fmt.Fprintf(stdout, "    not sealed yet: %d records at the end, each whole by itself\n", r.Unsealed)
	}
	if r.Torn > 0 {
		fmt.Fprintf(stdout, "    torn: the last %d bytes are the beginning of a line; the next start moves them away\n", r.Torn)
	}
}
