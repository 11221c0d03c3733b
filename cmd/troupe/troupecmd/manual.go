package troupecmd

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// This file makes the manual page and the completions of shells out of the usage text, which is the one table of flags.

// section is a part of the usage text.
type section struct {
	title   string
	options []option
}

// option is one line of it.
type option struct {
	names []string // with their dashes
	value string   // what stands for its value, empty for a switch
	text  string
}

var (
	heading   = regexp.MustCompile(`^([A-Z][\w ]*):$`)
	flagLine  = regexp.MustCompile(`^ {4,8}(-\S.*?)(?: {2,}(\S.*))?$`)
	flagName  = regexp.MustCompile(`--?\w+`)
	flagValue = regexp.MustCompile(`<.*>\]?`)
)

// sections are those of the usage text.
func sections() (all []section) {
	for line := range strings.Lines(usage) {
		line = strings.TrimRight(line, "\n")
		if m := heading.FindStringSubmatch(line); m != nil {
			all = append(all, section{title: m[1]})
			continue
		}
		if len(all) == 0 || !strings.HasPrefix(line, "    ") {
			continue
		}
		s := &all[len(all)-1]
		if m := flagLine.FindStringSubmatch(line); m != nil {
			head, _, _ := strings.Cut(m[1], "<")
			s.options = append(s.options, option{names: flagName.FindAllString(head, -1), value: flagValue.FindString(m[1]), text: m[2]})
		} else if n := len(s.options); n > 0 {
			o := &s.options[n-1]
			o.text = strings.TrimSpace(o.text + " " + strings.TrimSpace(line))
		}
	}
	return all
}

// commandWords are the commands beside the flags.
const commandWords = "audit completion help man play top version"

// manual is the answer to "man" and to "completion SHELL", which packages are made with. ok reports whether it is one of
// these commands.
func manual(args []string) (text string, ok bool, err error) {
	switch {
	case len(args) == 1 && args[0] == "man":
		return manPage(), true, nil
	case len(args) > 1 && args[0] == "man":
		return "", true, fmt.Errorf("%q is too much: man has one page", args[1])
	case len(args) > 0 && args[0] == "completion":
		for shell, make := range map[string]func() string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion} {
			if len(args) == 2 && args[1] == shell {
				return make(), true, nil
			}
		}
		return "", true, errors.New("completion needs a shell: bash, zsh or fish")
	}
	return "", false, nil
}

// roff keeps a text from being taken for commands of the formatter.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}

func manPage() string {
	var b strings.Builder
	b.WriteString(".TH TROUPE 8\n.SH NAME\ntroupe \\- a message broker that speaks the NATS protocol\n" +
		".SH SYNOPSIS\n.B troupe\n[options]\n.br\n.B troupe audit\nverify|cat [options] file...\n.br\n" +
		".B troupe play\n[\\-\\-write] file [host:port]\n.br\n.B troupe top\n[\\-\\-user user] [address]\n.br\n.B troupe completion\nbash|zsh|fish\n.SH DESCRIPTION\n")
	for paragraph := range strings.SplitSeq(usage, "\n\n") {
		if strings.HasPrefix(paragraph, "Every option") {
			b.WriteString(roff(strings.ReplaceAll(paragraph, "\n", " ")) + "\n")
		}
	}
	b.WriteString(".SH OPTIONS\n")
	for _, s := range sections() {
		fmt.Fprintf(&b, ".SS %s\n", roff(s.title))
		for _, o := range s.options {
			fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(strings.TrimSpace(strings.Join(o.names, ", ")+" "+o.value)), roff(o.text))
		}
	}
	_, signals, _ := strings.Cut(usage, "\nSignals: ")
	fmt.Fprintf(&b, ".SH SIGNALS\n%s\n.SH SEE ALSO\nhttps://github.com/troupe\\-mq/troupe\n", roff(strings.ReplaceAll(strings.TrimSpace(signals), "\n", " ")))
	return b.String()
}

// isFile reports whether a file or a folder is the value.
func (o *option) isFile() bool {
	return strings.Contains(o.value, "file") || strings.Contains(o.value, "folder") || strings.Contains(o.value, "path") || strings.Contains(o.value, "dir")
}

func bashCompletion() string {
	var names, files []string
	for _, s := range sections() {
		for _, o := range s.options {
			names = append(names, o.names...)
			if o.isFile() {
				files = append(files, o.names...)
			}
		}
	}
	return fmt.Sprintf(`_troupe() {
	local now="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"
	case "$before" in
	%s) COMPREPLY=($(compgen -f -- "$now")); return ;;
	audit) COMPREPLY=($(compgen -W "verify cat" -- "$now")); return ;;
	completion) COMPREPLY=($(compgen -W "bash zsh fish" -- "$now")); return ;;
	esac
	COMPREPLY=($(compgen -W "%s %s" -- "$now"))
}
complete -F _troupe troupe
`, strings.Join(files, "|"), commandWords, strings.Join(names, " "))
}

func zshCompletion() string {
	var b strings.Builder
	b.WriteString("#compdef troupe\n_arguments -S \\\n")
	escape := strings.NewReplacer("'", `'\''`, "[", `\[`, "]", `\]`, ":", `\:`)
	for _, s := range sections() {
		for _, o := range s.options {
			for _, name := range o.names {
				action := ""
				if o.value != "" {
					action = ":value: "
				}
				if o.isFile() {
					action = ":file:_files"
				}
				fmt.Fprintf(&b, "  '%s[%s]%s' \\\n", name, escape.Replace(o.text), action)
			}
		}
	}
	fmt.Fprintf(&b, "  '1:command:(%s)' \\\n  '*:file:_files'\n", commandWords)
	return b.String()
}

func fishCompletion() string {
	var b strings.Builder
	fmt.Fprintf(&b, "complete -c troupe -f\ncomplete -c troupe -n __fish_use_subcommand -a '%s'\n", commandWords)
	for _, s := range sections() {
		for _, o := range s.options {
			b.WriteString("complete -c troupe")
			for _, name := range o.names {
				switch bare := strings.TrimLeft(name, "-"); {
				case len(bare) == 1:
					b.WriteString(" -s " + bare)
				case strings.HasPrefix(name, "--"):
					b.WriteString(" -l " + bare)
				default:
					b.WriteString(" -o " + bare)
				}
			}
			if o.value != "" {
				b.WriteString(" -r")
			}
			if o.isFile() {
				b.WriteString(" -F")
			}
			fmt.Fprintf(&b, " -d '%s'\n", strings.ReplaceAll(o.text, "'", `\'`))
		}
	}
	return b.String()
}
