package keys

import (
	"fmt"
	"strings"
)

// Key is one of them.
type Key struct {
	Name string // with its block in front, if it is in one
	Also string // its other names, with blanks between
	Text string
}

// Section is those about one thing.
type Section struct {
	Title string
	Keys  []Key
}

// Text is what a key means, empty if there is none of that name.
func Text(name string) string {
	for _, s := range All {
		for _, k := range s.Keys {
			if k.Name == name {
				return k.Text
			}
		}
	}
	return ""
}

// Table is all of them as a table of Markdown.
func Table() string {
	var b strings.Builder
	b.WriteString("| key | what it is |\n|---|---|\n")
	for _, s := range All {
		fmt.Fprintf(&b, "| **%s** | |\n", s.Title)
		for _, k := range s.Keys {
			fmt.Fprintf(&b, "| `%s`", k.Name)
			for also := range strings.FieldsSeq(k.Also) {
				fmt.Fprintf(&b, ", `%s`", also)
			}
			fmt.Fprintf(&b, " | %s |\n", strings.NewReplacer("<", "\\<", "|", "\\|").Replace(k.Text))
		}
	}
	return b.String()
}
