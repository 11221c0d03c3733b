package troupecmd

import (
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/troupe-mq/troupe/cmd/troupe/nearest"
	"github.com/troupe-mq/troupe/cmd/troupe/usage"
)

// This file is what is said about a command line that is wrong: one line that says what is
// wrong, and what would be right.

// seeHelp follows it.
const seeHelp = "see troupe --help"

// misuse makes a sentence of an error of the flag package.
func misuse(err error, fs *flag.FlagSet) error {
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		return unknownFlag(name, fs)
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: -"); ok {
		return fmt.Errorf("%s needs a value", dashed(name))
	}
	if word, ok := strings.CutPrefix(text, "bad flag syntax: "); ok {
		return fmt.Errorf("%s is no flag", strconv.Quote(word))
	}
	for _, what := range []string{"invalid value ", "invalid boolean value "} {
		rest, ok := strings.CutPrefix(text, what)
		if !ok {
			continue
		}
		value, rest, _ := strings.Cut(rest, " for ")
		name, why, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(rest, "flag "), "-"), ": ")
		if why == "parse error" || strings.Contains(why, "ParseBool") {
			why = value + " is neither true nor false"
		}
		return fmt.Errorf("%s: %s", dashed(name), why)
	}
	return err
}

// unknownFlag is the error of a flag that there is not, in the words of nats-server, which scripts look for.
func unknownFlag(name string, fs *flag.FlagSet) error {
	var known []string
	fs.VisitAll(func(f *flag.Flag) { known = append(known, f.Name) })
	near := nearest.Of(strings.ReplaceAll(name, "-", "_"), known)
	if near == "" {
		return fmt.Errorf("flag provided but not defined: -%s", name)
	}
	return fmt.Errorf("flag provided but not defined: -%s, did you mean %s?", name, dashed(near))
}

// dashed is a flag as it is usually written.
func dashed(name string) string {
	if len(name) <= 2 {
		return "-" + name
	}
	return "--" + name
}

// unknownWord is the error of a word that is no command.
func unknownWord(word string) error {
	if ext := filepath.Ext(word); ext == ".conf" || ext == ".cfg" {
		return fmt.Errorf("unrecognized command: %q: a configuration file is named by -c %s", word, word)
	}
	return fmt.Errorf("unrecognized command: %q%s", word, nearest.Hint(word, strings.Fields(usage.Words)))
}

// portKeys are those whose value is a port.
var portKeys = map[string]bool{"port": true, "http_port": true, "https_port": true, "prof_port": true}

// checkPort refuses what a size may be and a port may not: 22k.
func checkPort(text string) error {
	if n, err := strconv.Atoi(text); err != nil || n < -1 || n > 65535 {
		return fmt.Errorf("%q is no port: a number from 1 to 65535, or -1 for any free one", text)
	}
	return nil
}

// checkTogether is for flags that make no sense alone.
func checkTogether(fs *flag.FlagSet) error {
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	switch {
	case given["user"] && !given["pass"] && !given["auth"]:
		return errors.New("--user needs --pass beside it")
	case given["pass"] && !given["user"]:
		return errors.New("--pass needs --user beside it; a token alone is --auth")
	}
	return nil
}
