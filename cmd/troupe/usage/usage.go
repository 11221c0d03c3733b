package usage

import (
	"strings"

	"github.com/troupe-mq/troupe/cmd/troupe/conf/keys"
)

// group is flags that are about one thing.
type group struct {
	title   string
	options []option
}

// option is a flag, with all its names and what stands for its value.
type option struct {
	head string
	key  string // of the file, that it sets: what that means is in package keys
	text string // what it does, if it sets none
}

// Text is the answer to --help.
var Text = render()

const before = `
Usage: troupe [options]
       troupe audit verify|cat [options] <file>...
       troupe man
       troupe completion bash|zsh|fish
       troupe play [--write] <file> [host:port]
       troupe top [--user <user>] [address]

Every option may be written with one dash or with two. Sizes take units: 64k,
1MB, 1Gi. Durations are written as 500ms, 10s or 2m. What is given here overrides
the configuration file.
`

const behind = `
Signals: INT and TERM stop the broker after clients have got what is queued for
them; HUP reads the configuration file again; USR1 opens the log file again; USR2
begins lame duck mode, in which clients are asked to go elsewhere before the broker
ends.
`

// Where what an option does begins, and where a line ends.
const (
	column = 37
	width  = 101
)

func render() string {
	var b strings.Builder
	b.WriteString(before)
	for _, g := range groups {
		b.WriteString("\n" + g.title + ":\n")
		for _, o := range g.options {
			o.write(&b)
		}
	}
	b.WriteString(behind)
	return b.String()
}

// write is an option as lines.
func (o *option) write(b *strings.Builder) {
	text := o.text
	if o.key != "" {
		text = keys.Text(o.key)
	}
	line := "    " + o.head
	if strings.HasPrefix(o.head, "--") {
		line = "        " + o.head
	}
	if len(line)+2 > column {
		b.WriteString(line + "\n")
		line = ""
	}
	line += strings.Repeat(" ", column-len(line))
	for i, word := range strings.Fields(text) {
		switch {
		case len(line)+1+len(word) > width:
			b.WriteString(line + "\n")
			line = strings.Repeat(" ", column)
		case i > 0:
			line += " "
		}
		line += word
	}
	b.WriteString(line + "\n")
}
