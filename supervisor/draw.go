package supervisor

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Draw writes the tree as text, one actor a line:
//
//	shop  group
//	├─ till  cashier  running  restarts 2  last: paper jam
//	└─ … and 7 more
//
// Equal nodes give equal text: no times of day are in it.
func Draw(w io.Writer, n Node) {
	var b strings.Builder

	drawNode(&b, n, "", "")
	_, _ = io.WriteString(w, b.String())
}

// drawNode writes a node behind its own branch, and those below it behind the stem that leads past it.
func drawNode(b *strings.Builder, n Node, branch, stem string) {
	b.WriteString(branch + line(n) + "\n")

	more := n.ChildCount - len(n.Children)

	for i, c := range n.Children {
		if i == len(n.Children)-1 && more <= 0 {
			drawNode(b, c, stem+"└─ ", stem+"   ")
		} else {
			drawNode(b, c, stem+"├─ ", stem+"│  ")
		}
	}

	if more > 0 {
		fmt.Fprintf(b, "%s└─ … and %s more\n", stem, thousands(more))
	}
}

// line is all that is said of one node.
func line(n Node) string {
	parts := []string{oneLine(n.Name)}

	if n.Role != "" {
		parts = append(parts, oneLine(n.Role))
	}

	parts = append(parts, string(n.State))

	if n.Restarts > 0 {
		parts = append(parts, fmt.Sprintf("restarts %d", n.Restarts))
	}

	if n.ChildCount > 0 {
		parts = append(parts, "children "+thousands(n.ChildCount))
	}

	if m := n.Mailbox; m != nil {
		parts = append(parts, fmt.Sprintf("mailbox %d (oldest %v, handled %d)", m.Depth, m.Oldest.Round(time.Millisecond), m.Handled))
	}

	if n.Policy != "" {
		parts = append(parts, "["+n.Policy+"]")
	}

	if n.LastFailure != nil {
		parts = append(parts, "last: "+oneLine(n.LastFailure.Text))
	}

	return strings.Join(parts, "  ")
}

// thousands prints a number with commas, so that large families can be told apart at a glance.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}

	return s
}
