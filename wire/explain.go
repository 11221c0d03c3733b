package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// This file says in words what the parser has refused. It runs once in the life of a
// connection, behind its last command, and may take its time.

// handshake is the first byte of TLS.
const handshake = 0x16

// said are the operations that a person needs.
const said = "a client says CONNECT, PUB, HPUB, SUB, UNSUB, PING and PONG"

// mostQuoted is how many bytes of an argument are quoted.
const mostQuoted = 32

// shapes are the operations of a client as they have to look, for those who typed
// another number of arguments.
var shapes = map[Op]string{
	OpPub:   "PUB <subject> [reply-to] <bytes>",
	OpHpub:  "HPUB <subject> [reply-to] <header bytes> <total bytes>",
	OpSub:   "SUB <subject> [queue] <sid>",
	OpUnsub: "UNSUB <sid> [max messages]",
}

// Because is the error with a reason behind its first text, for clients that want to
// read one. Libraries look for the words in front, and these stay.
func (e *Error) Because(why string) *Error {
	if why == "" {
		return e
	}
	told := *e
	told.Lines = errLine(e.Text+": "+why) + strings.TrimPrefix(e.Lines, errLine(e.Text))
	return &told
}

// Explain says what is wrong with the command that stands at buf[at], and what would be
// right. err is the [*Error] by which Next, or what decodes a CONNECT or an INFO, has
// refused it. It quotes no payload and no secret, and of a control line a few bytes of
// one argument, as printable ASCII.
func (p *Parser) Explain(buf []byte, at int, err *Error) string {
	text := buf[at:]
	op, args, unknown := word(buf, at)
	if err == ErrUnknownOp && p.want > 0 {
		return fmt.Sprintf("no CR LF behind the payload of %d bytes that the line announces", p.former.pub.Body.Len)
	}
	if unknown != nil || op == OpNone || err == ErrUnknownOp {
		return stranger(text)
	}
	line, _, whole := bytes.Cut(text, []byte("\n"))
	if whole {
		line = bytes.TrimSuffix(line, []byte("\r"))
	}
	from := min(args-at, len(line))
	if err == ErrParser && (op == OpConnect || op == OpInfo) {
		return explainJSON(op, bytes.TrimLeft(line[from:], " \t"))
	}
	switch err {
	case ErrMaxControlLine:
		return fmt.Sprintf("the arguments of %s have more than %d bytes, which is max_control_line", op, p.controlLine())
	case ErrMaxPayload:
		return fmt.Sprintf("%s bytes are more than %d, which is max_payload", quote(lastField(line)), p.payloadLimit())
	default:
		return p.wrongArguments(op, bytes.FieldsFunc(line[from:], func(r rune) bool {
			return r == ' ' || r == '\t' || r == '\r' && op != OpPub && op != OpHpub
		}))
	}
}

// wrongArguments says what is wrong with the arguments of a known operation.
func (p *Parser) wrongArguments(op Op, args [][]byte) string {
	least, most := 1, 2
	switch op {
	case OpHpub:
		if !p.Headers {
			return `HPUB needs CONNECT {"headers":true} before it`
		}
		least, most = 3, 4
	case OpPub, OpSub:
		least, most = 2, 3
	default:
	}
	if n := len(args); n < least || n > most {
		return fmt.Sprintf("%s has %s: %s", op, count(n, "argument"), shapes[op])
	}
	if op != OpPub && op != OpHpub {
		return "it is like " + shapes[op]
	}
	size := args[len(args)-1]
	total, ok := ParseSize(size)
	if !ok {
		return badSize(size)
	}
	if op == OpHpub {
		head := args[len(args)-2]
		if of, ok := ParseSize(head); !ok {
			return badSize(head)
		} else if of > total {
			return fmt.Sprintf("%d bytes of headers are more than the total of %d, in which they count", of, total)
		}
	}
	return "it is like " + shapes[op]
}

func badSize(text []byte) string {
	return fmt.Sprintf("bad size %s: 1 to %d digits and nothing else", quote(text), maxDigits)
}

// stranger says what begins with no operation.
func stranger(text []byte) string {
	if len(text) > 0 && text[0] == handshake {
		return "this is a handshake of TLS, and the port is not encrypted, or not from the first byte"
	}
	first, _, whole := bytes.Cut(text, []byte("\n"))
	fields := bytes.FieldsFunc(first, func(r rune) bool { return r <= ' ' })
	if len(fields) == 0 {
		return "a command begins with its operation, and not with a blank or an empty line"
	}
	name := strings.ToUpper(string(fields[0][:min(len(fields[0]), mostQuoted)]))
	switch {
	case text[0] <= ' ':
		return "a command begins with its operation, and not with a blank"
	case name == "GET" || name == "POST" || name == "PUT" || name == "HEAD" || name == "OPTIONS" || name == "DELETE":
		return "this is HTTP, and this port speaks NATS: the monitoring has a port of its own"
	case name == "MSG" || name == "HMSG":
		return name + " is what a server says: a client publishes by PUB"
	case name == "RS+" || name == "RMSG" || name == "LS+" || name == "LMSG" || name == "A+":
		return name + " is said between servers, and this port is for clients"
	case name == "QUIT" || name == "EXIT" || name == "BYE" || name == "HELP":
		return "there is no operation " + name + ": " + said + "; whoever closes the connection has left"
	}
	for op, shape := range shapes {
		if name == op.String() {
			return fmt.Sprintf("%s has no argument: %s", op, shape)
		}
	}
	why := "there is no operation " + quote(fields[0])
	if near := nearest(name); near != "" && whole {
		why += ", did you mean " + near + "?"
	} else if len(fields[0]) > 1 {
		why += ": " + said
	}
	return why
}

// nearest is the operation of a client that a word may have been meant for: one letter
// is missing, too much, wrong or exchanged with its neighbour, or more follow.
func nearest(name string) string {
	for _, op := range []Op{OpPub, OpSub, OpUnsub, OpPing, OpPong, OpConnect, OpHpub} {
		want := op.String()
		if strings.HasPrefix(name, want) || almost(name, want) {
			return want
		}
	}
	return ""
}

// almost reports whether two words differ by one letter, or by the order of two.
func almost(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch len(b) - len(a) {
	case 0:
		return i == len(a) || a[i+1:] == b[i+1:] || i+2 <= len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
	case 1:
		return a[i:] == b[i+1:]
	}
	return false
}

// explainJSON says what is wrong with the object of a CONNECT or an INFO. It quotes no
// value: there are secrets among them.
func explainJSON(op Op, arg []byte) string {
	var target any = new(Connect)
	if op == OpInfo {
		target = new(Info)
	}
	err := json.Unmarshal(arg, target)
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		is, _, _ := strings.Cut(kind.Value, " ")
		if kind.Field == "" {
			return fmt.Sprintf("%s wants a JSON object, and not %s", op, article(is))
		}
		return fmt.Sprintf("%s: %s is %s and not %s", op, quote([]byte(kind.Field)), article(is), article(kind.Type.String()))
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("%s wants a JSON object such as {\"verbose\":false}: what stands there makes no sense at byte %d", op, syntax.Offset)
	}
	return fmt.Sprintf("%s wants a JSON object", op)
}

func article(kind string) string {
	if strings.ContainsRune("aeiou", rune(kind[0])) {
		return "an " + kind
	}
	return "a " + kind
}

func count(n int, what string) string {
	switch n {
	case 0:
		return "no " + what
	case 1:
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

func lastField(line []byte) []byte {
	fields := bytes.Fields(line)
	return fields[len(fields)-1]
}

// quote is text in quotes, and not much of it.
func quote(text []byte) string {
	if len(text) > mostQuoted {
		return strconv.QuoteToASCII(string(text[:mostQuoted])) + "..."
	}
	return strconv.QuoteToASCII(string(text))
}
