package wire_test

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"github.com/troupe-mq/troupe/wire"
)

// A second parser, as plain as can be, to compare the real one with: it takes a
// line at a time and regular expressions, and cares about nothing but being right.
var (
	operation = regexp.MustCompile(`(?is)^(pub|hpub|sub|unsub|-err)([ \t].*)$|^(connect|info|ping|pong|\+ok)(.*)$`)
	number    = regexp.MustCompile(`^[0-9]{1,9}$`)
)

// model says what text is up to its first error or unfinished command; rest is
// what that leaves.
func model(text []byte) (commands []string, rest []byte, err error) {
	for {
		line, behind, found := bytes.Cut(text, []byte("\n"))
		if !found {
			return commands, text, nil
		}
		crlf := bytes.HasSuffix(line, []byte("\r"))
		m := operation.FindSubmatch(line)
		if m == nil {
			return commands, text, wire.ErrUnknownOp
		}
		op := strings.ToUpper(string(m[1]) + string(m[3]))
		args := strings.TrimSuffix(string(m[2])+string(m[4]), "\r")
		arg := strings.TrimLeft(args, " \t")
		if len(arg) > wire.DefaultMaxControlLine || len(args)-len(arg) > wire.DefaultMaxControlLine {
			return commands, text, wire.ErrMaxControlLine
		}
		switch op {
		case "PUB", "HPUB":
			command, total, err := modelPub(op, arg, crlf, behind)
			if err != nil || total == 0 {
				return commands, text, err
			}
			commands, text = append(commands, command), behind[total:]
			continue
		case "SUB", "UNSUB":
			command := modelSub(op, arg)
			if command == "" {
				return commands, text, wire.ErrParser
			}
			commands = append(commands, command)
		case "CONNECT", "INFO", "-ERR":
			if arg != "" {
				op += " arg=" + strconv.Quote(arg)
			}
			commands = append(commands, op)
		default:
			commands = append(commands, op)
		}
		text = behind
	}
}

func fields(arg, blanks string) []string {
	return strings.FieldsFunc(arg, func(r rune) bool { return strings.ContainsRune(blanks, r) })
}

func modelSub(op, arg string) string {
	switch a := fields(arg, " \t\r"); {
	case op == "SUB" && len(a) == 2:
		return "SUB subject=" + strconv.Quote(a[0]) + " sid=" + strconv.Quote(a[1])
	case op == "SUB" && len(a) == 3:
		return "SUB subject=" + strconv.Quote(a[0]) + " queue=" + strconv.Quote(a[1]) + " sid=" + strconv.Quote(a[2])
	case op == "UNSUB" && len(a) == 2 && number.MatchString(a[1]) && strings.Trim(a[1], "0") != "":
		return "UNSUB sid=" + strconv.Quote(a[0]) + " max=" + strings.TrimLeft(a[1], "0")
	case op == "UNSUB" && (len(a) == 1 || len(a) == 2):
		return "UNSUB sid=" + strconv.Quote(a[0])
	}
	return ""
}

// modelPub returns total 0 if the payload is not complete and not wrong yet.
func modelPub(op, arg string, crlf bool, behind []byte) (command string, total int, err error) {
	a := fields(arg, " \t")
	numbers := len(op) - 2 // PUB one, HPUB two
	if len(a) != numbers+1 && len(a) != numbers+2 {
		return "", 0, wire.ErrParser
	}
	subject, reply, sizes := a[0], "", a[1:]
	if len(sizes) > numbers {
		reply, sizes = sizes[0], sizes[1:]
	}
	values := make([]int, numbers)
	for i, s := range sizes {
		if !number.MatchString(s) {
			return "", 0, wire.ErrParser
		}
		values[i], _ = strconv.Atoi(s)
	}
	size, header := values[numbers-1], 0
	if op == "HPUB" {
		header = values[0]
	}
	switch {
	case header > size:
		return "", 0, wire.ErrParser
	case size > wire.DefaultMaxPayload:
		return "", 0, wire.ErrMaxPayload
	case len(behind) > size && behind[size] != '\r' || len(behind) > size+1 && behind[size+1] != '\n':
		return "", 0, wire.ErrUnknownOp
	case len(behind) < size+2:
		return "", 0, nil
	}
	if header == 0 {
		op, sizes = "PUB", sizes[numbers-1:]
	}
	s := op + " subject=" + strconv.Quote(subject)
	wanted := strings.Join(sizes, " ")
	if reply != "" {
		s += " reply=" + strconv.Quote(reply)
		wanted = reply + " " + wanted
	}
	if header > 0 {
		s += " header_size=" + strconv.Quote(sizes[0])
	}
	s += " size=" + strconv.Quote(sizes[len(sizes)-1]) + " body=" + strconv.Quote(string(behind[:size]))
	verbatim := crlf && strings.HasSuffix(arg, wanted)
	if verbatim {
		s += " tail=" + strconv.Quote(wanted+"\r\n"+string(behind[:size+2]))
	}
	if header > 0 {
		s += " header=" + strconv.Itoa(header)
	}
	if verbatim {
		s += " verbatim"
	}
	return s, size + 2, nil
}
