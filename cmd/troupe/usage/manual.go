package usage

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Section is a part of the usage text.
type Section struct {
	Title   string
	Options []Option
}

// Option is one line of it.
type Option struct {
	Names []string // with their dashes
	Value string   // what stands for its value, empty for a switch
	Text  string
}

var (
	heading   = regexp.MustCompile(`^([A-Z][\w ]*):$`)
	flagLine  = regexp.MustCompile(`^ {4,8}(-\S.*?)(?: {2,}(\S.*))?$`)
	flagName  = regexp.MustCompile(`--?\w+`)
	flagValue = regexp.MustCompile(`<.*>\]?`)
)

// Sections are those of the usage text.
func Sections() (all []Section) {
	for line := range strings.Lines(Text) {
		line = strings.TrimRight(line, "\n")
		if m := heading.FindStringSubmatch(line); m != nil {
			all = append(all, Section{Title: m[1]})
			continue
		}
		if len(all) == 0 || !strings.HasPrefix(line, "    ") {
			continue
		}
		s := &all[len(all)-1]
		if m := flagLine.FindStringSubmatch(line); m != nil {
			head, _, _ := strings.Cut(m[1], "<")
			s.Options = append(s.Options, Option{Names: flagName.FindAllString(head, -1), Value: flagValue.FindString(m[1]), Text: m[2]})
		} else if n := len(s.Options); n > 0 {
			o := &s.Options[n-1]
			o.Text = strings.TrimSpace(o.Text + " " + strings.TrimSpace(line))
		}
	}
	return all
}

// Words are the commands beside the flags.
const Words = "audit completion help man play top version"

// Manual is the answer to "man" and to "completion SHELL", which packages are made with. ok reports whether it is one of
// these commands.
func Manual(args []string) (text string, ok bool, err error) {
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
	for paragraph := range strings.SplitSeq(Text, "\n\n") {
		if strings.HasPrefix(paragraph, "Every option") {
			b.WriteString(roff(strings.ReplaceAll(paragraph, "\n", " ")) + "\n")
		}
	}
	b.WriteString(".SH OPTIONS\n")
	for _, s := range Sections() {
		fmt.Fprintf(&b, ".SS %s\n", roff(s.Title))
		for _, o := range s.Options {
			fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(strings.TrimSpace(strings.Join(o.Names, ", ")+" "+o.Value)), roff(o.Text))
		}
	}
	_, signals, _ := strings.Cut(Text, "\nSignals: ")
	fmt.Fprintf(&b, ".SH SIGNALS\n%s\n.SH SEE ALSO\nhttps://github.com/troupe\\-mq/troupe\n", roff(strings.ReplaceAll(strings.TrimSpace(signals), "\n", " ")))
	return b.String()
}

// isFile reports whether a file or a folder is the value.
func (o *Option) isFile() bool {
	return strings.Contains(o.Value, "file") || strings.Contains(o.Value, "folder") || strings.Contains(o.Value, "path") || strings.Contains(o.Value, "dir")
}

func bashCompletion() string {
	var names, files []string
	for _, s := range Sections() {
		for _, o := range s.Options {
			names = append(names, o.Names...)
			if o.isFile() {
				files = append(files, o.Names...)
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
`, strings.Join(files, "|"), Words, strings.Join(names, " "))
}

func zshCompletion() string {
	var b strings.Builder
	b.WriteString("#compdef troupe\n_arguments -S \\\n")
	escape := strings.NewReplacer("'", `'\''`, "[", `\[`, "]", `\]`, ":", `\:`)
	for _, s := range Sections() {
		for _, o := range s.Options {
			for _, name := range o.Names {
				action := ""
				if o.Value != "" {
					action = ":value: "
				}
				if o.isFile() {
					action = ":file:_files"
				}
				fmt.Fprintf(&b, "  '%s[%s]%s' \\\n", name, escape.Replace(o.Text), action)
			}
		}
	}
	fmt.Fprintf(&b, "  '1:command:(%s)' \\\n  '*:file:_files'\n", Words)
	return b.String()
}

func fishCompletion() string {
	var b strings.Builder
	fmt.Fprintf(&b, "complete -c troupe -f\ncomplete -c troupe -n __fish_use_subcommand -a '%s'\n", Words)
	for _, s := range Sections() {
		for _, o := range s.Options {
			b.WriteString("complete -c troupe")
			for _, name := range o.Names {
				switch bare := strings.TrimLeft(name, "-"); {
				case len(bare) == 1:
					b.WriteString(" -s " + bare)
				case strings.HasPrefix(name, "--"):
					b.WriteString(" -l " + bare)
				default:
					b.WriteString(" -o " + bare)
				}
			}
			if o.Value != "" {
				b.WriteString(" -r")
			}
			if o.isFile() {
				b.WriteString(" -F")
			}
			fmt.Fprintf(&b, " -d '%s'\n", strings.ReplaceAll(o.Text, "'", `\'`))
		}
	}
	return b.String()
}
