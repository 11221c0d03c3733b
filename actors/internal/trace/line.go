package trace

import (
	"bytes"
	"strings"

	"github.com/troupe-mq/troupe/wire"
)

// mostOfLine is how many bytes of a line are shown that the broker did not understand.
const mostOfLine = 128

// public are the operations whose arguments hold no secret.
var public = []wire.Op{wire.OpPub, wire.OpHpub, wire.OpSub, wire.OpUnsub, wire.OpPing, wire.OpPong}

// Line is the first line of what the broker did not understand. It may be a CONNECT that
// is spelled wrong, or the secret of another protocol: from what looks like one on,
// nothing is shown. It may hold what cannot be printed.
func Line(text []byte) string {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	cut := len(line) > mostOfLine
	shown := string(line[:min(len(line), mostOfLine)])
	name, _, _ := strings.Cut(shown, " ")
	for _, op := range public {
		if strings.EqualFold(name, op.String()) {
			return ended(shown, cut)
		}
	}
	lower := strings.ToLower(shown)
	from := len(shown)
	for _, mark := range append([]string{"{", "auth", "secret", "token", "key"}, secrets...) {
		if at := strings.Index(lower, mark); at >= 0 {
			from = min(from, at+len(mark))
		}
	}
	if from < len(shown) {
		return shown[:from] + redactedRest
	}
	return ended(shown, cut)
}

// redactedRest stands for the rest of a line that may hold a secret.
const redactedRest = "[REDACTED]"

func ended(shown string, cut bool) string {
	if cut {
		return shown + "..."
	}
	return shown
}
