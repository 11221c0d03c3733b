package wire_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/wire"
)

// good are inputs and the commands they are.
var good = []struct {
	name, text string
	want       []string
}{
	{"pub", "PUB a 2\r\nhi\r\n", []string{`PUB subject="a" size="2" body="hi" tail="2\r\nhi\r\n" verbatim`}},
	{"pub long enough for a quick look", "PUB foo.bar 5\r\nhello\r\n", []string{`PUB subject="foo.bar" size="5" body="hello" tail="5\r\nhello\r\n" verbatim`}},
	{"pub with reply", "PUB foo.bar in.1 5\r\nhello\r\n", []string{`PUB subject="foo.bar" reply="in.1" size="5" body="hello" tail="in.1 5\r\nhello\r\n" verbatim`}},
	{"reply is a number", "PUB foo.bar 12 5\r\nhello\r\n", []string{`PUB subject="foo.bar" reply="12" size="5" body="hello" tail="12 5\r\nhello\r\n" verbatim`}},
	{"reply begins with digits", "PUB foo.bar 12x 5\r\nhello\r\n", []string{`PUB subject="foo.bar" reply="12x" size="5" body="hello" tail="12x 5\r\nhello\r\n" verbatim`}},
	{"mixed case", "pUb a 2\r\nhi\r\nsUb a 1\r\npINg\r\n", []string{`PUB subject="a" size="2" body="hi" tail="2\r\nhi\r\n" verbatim`, `SUB subject="a" sid="1"`, `PING`}},
	{"empty payload", "PUB a 0\r\n\r\n", []string{`PUB subject="a" size="0" body="" tail="0\r\n\r\n" verbatim`}},
	{"size as spelled", "PUB a 002\r\nhi\r\n", []string{`PUB subject="a" size="002" body="hi" tail="002\r\nhi\r\n" verbatim`}},
	{"nine digits", "PUB foo.bar 000000002\r\nhi\r\n", []string{`PUB subject="foo.bar" size="000000002" body="hi" tail="000000002\r\nhi\r\n" verbatim`}},
	{"payload of line ends", "PUB a 4\r\n\r\n\r\n\r\n", []string{`PUB subject="a" size="4" body="\r\n\r\n" tail="4\r\n\r\n\r\n\r\n" verbatim`}},
	{"binary", "PUB a 3\r\n\x00\xff\n\r\n", []string{`PUB subject="a" size="3" body="\x00\xff\n" tail="3\r\n\x00\xff\n\r\n" verbatim`}},
	{"subject of odd bytes", "PUB a\x00\x01\xff.b 1\r\nx\r\n", []string{`PUB subject="a\x00\x01\xff.b" size="1" body="x" tail="1\r\nx\r\n" verbatim`}},
	{"reply of odd bytes", "PUB foo.bar \x011 1\r\nx\r\n", []string{`PUB subject="foo.bar" reply="\x011" size="1" body="x" tail="\x011 1\r\nx\r\n" verbatim`}},
	{"bare LF", "PUB foo.bar 5\nhello\r\n", []string{`PUB subject="foo.bar" size="5" body="hello"`}},
	{"tab before subject", "PUB\tfoo.bar 5\r\nhello\r\n", []string{`PUB subject="foo.bar" size="5" body="hello" tail="5\r\nhello\r\n" verbatim`}},
	{"blanks before reply", "PUB foo.bar \t re 5\r\nhello\r\n", []string{`PUB subject="foo.bar" reply="re" size="5" body="hello" tail="re 5\r\nhello\r\n" verbatim`}},
	{"blanks before size", "PUB foo.bar re  5\r\nhello\r\n", []string{`PUB subject="foo.bar" reply="re" size="5" body="hello"`}},
	{"tab before size", "PUB foo.bar re\t5\r\nhello\r\n", []string{`PUB subject="foo.bar" reply="re" size="5" body="hello"`}},
	{"trailing blank", "PUB foo.bar 5 \r\nhello\r\n", []string{`PUB subject="foo.bar" size="5" body="hello"`}},
	{"trailing blank and LF", "PUB foo.bar 5 \nhello\r\n", []string{`PUB subject="foo.bar" size="5" body="hello"`}},
	{"CR in a reply", "PUB foo.bar r\r 5\r\nhello\r\n", []string{`PUB subject="foo.bar" reply="r\r" size="5" body="hello" tail="r\r 5\r\nhello\r\n" verbatim`}},

	{"hpub", "HPUB a.b 12 14\r\nNATS/1.0\r\n\r\nhi\r\n", []string{`HPUB subject="a.b" header_size="12" size="14" body="NATS/1.0\r\n\r\nhi" tail="12 14\r\nNATS/1.0\r\n\r\nhi\r\n" header=12 verbatim`}},
	{"hpub with reply", "hpub a.b r.1 4 4\r\nabcd\r\n", []string{`HPUB subject="a.b" reply="r.1" header_size="4" size="4" body="abcd" tail="r.1 4 4\r\nabcd\r\n" header=4 verbatim`}},
	{"hpub with a number for reply", "HPUB a.b 7 4 4\r\nabcd\r\n", []string{`HPUB subject="a.b" reply="7" header_size="4" size="4" body="abcd" tail="7 4 4\r\nabcd\r\n" header=4 verbatim`}},
	{"hpub with blanks", "HPUB a.b  r 4  5\r\nabcde\r\n", []string{`HPUB subject="a.b" reply="r" header_size="4" size="5" body="abcde" header=4`}},
	{"hpub without header", "HPUB a.b 0 5\r\nabcde\r\n", []string{`PUB subject="a.b" size="5" body="abcde" tail="5\r\nabcde\r\n" verbatim`}},
	{"hpub with reply without header", "HPUB a.b r 00 5\r\nabcde\r\n", []string{`PUB subject="a.b" reply="r" size="5" body="abcde"`}},

	{"sub", "SUB foo 1\r\n", []string{`SUB subject="foo" sid="1"`}},
	{"sub of the Go client", "SUB foo  1\r\n", []string{`SUB subject="foo" sid="1"`}},
	{"sub with queue", "SUB foo.* \t q 9x  \r\n", []string{`SUB subject="foo.*" queue="q" sid="9x"`}},
	{"sub with CR inside", "SUB foo\r1\r\nSUB a 1\r\r\n", []string{`SUB subject="foo" sid="1"`, `SUB subject="a" sid="1"`}},
	{"sub with bare LF", "SUB foo 1\n", []string{`SUB subject="foo" sid="1"`}},
	{"unsub", "UNSUB 1\r\n", []string{`UNSUB sid="1"`}},
	{"unsub of the Go client", "UNSUB 1 \r\n", []string{`UNSUB sid="1"`}},
	{"unsub with max", "UNSUB 1 5\r\n", []string{`UNSUB sid="1" max=5`}},
	{"unsub with max 0", "UNSUB 1 0\r\n", []string{`UNSUB sid="1"`}},
	{"unsub with text for max", "UNSUB 1 x\r\nUNSUB 1 -1\r\nUNSUB 1 1.5\r\n", []string{`UNSUB sid="1"`, `UNSUB sid="1"`, `UNSUB sid="1"`}},
	{"unsub with large max", "UNSUB 1 999999999\r\nUNSUB 1 1000000000\r\n", []string{`UNSUB sid="1" max=999999999`, `UNSUB sid="1"`}},

	{"ping and its tail", "PING\r\nPINGX\r\nPING a b\nPING\rPING\r\nPONG  \t \r\nPONG\n", []string{"PING", "PING", "PING", "PING", "PONG", "PONG"}},
	{"ok and err", "+OK\r\n+ok whatever\r\n-ERR 'x'\r\n-err  \ty z\r\n", []string{"+OK", "+OK", `-ERR arg="'x'"`, `-ERR arg="y z"`}},
	{"err of nothing", "-ERR \r\n", []string{"-ERR"}},
	{"connect", "CONNECT {}\r\nCONNECT{\"a\":1}\nconnect \t null \r\nCONNECT\r\n", []string{`CONNECT arg="{}"`, `CONNECT arg="{\"a\":1}"`, `CONNECT arg="null "`, `CONNECT`}},
	{"info", "INFO {}\r\ninfo{\"a\":1}\n", []string{`INFO arg="{}"`, `INFO arg="{\"a\":1}"`}},
}

// bad are inputs that end in an error at their last byte and not before.
var bad = []struct {
	name, text string
	want       error
}{
	{"blank line", "\r", wire.ErrUnknownOp},
	{"bare LF", "\n", wire.ErrUnknownOp},
	{"space first", " ", wire.ErrUnknownOp},
	{"tab first", "\t", wire.ErrUnknownOp},
	{"no letter case of plus", "\x0b", wire.ErrUnknownOp},
	{"http", "G", wire.ErrUnknownOp},
	{"http post", "POS", wire.ErrUnknownOp},
	{"pubx", "PUBX", wire.ErrUnknownOp},
	{"pub and LF", "PUB\n", wire.ErrUnknownOp},
	{"pub and CR", "PUB\r", wire.ErrUnknownOp},
	{"subs", "SUBS", wire.ErrUnknownOp},
	{"pin", "PIN\r", wire.ErrUnknownOp},
	{"pan", "PA", wire.ErrUnknownOp},
	{"conect", "CONE", wire.ErrUnknownOp},
	{"unsub alone", "UNSUB\r", wire.ErrUnknownOp},
	{"hpub alone", "HPUB\r", wire.ErrUnknownOp},
	{"err alone", "-ERR\r", wire.ErrUnknownOp},
	{"+ko", "+K", wire.ErrUnknownOp},
	{"server op MSG", "M", wire.ErrUnknownOp},
	{"server op HMSG", "hm", wire.ErrUnknownOp},
	{"route op", "r", wire.ErrUnknownOp},
	{"leaf op", "L", wire.ErrUnknownOp},
	{"account op", "a", wire.ErrUnknownOp},
	{"behind a command", "PING\r\nSUB a 1\r\nF", wire.ErrUnknownOp},

	{"payload without CR", "PUB mc.a 3\r\nabcP", wire.ErrUnknownOp},
	{"payload with LF only", "PUB mc.a 3\r\nabc\n", wire.ErrUnknownOp},
	{"payload with CR and a space", "PUB mc.a 3\r\nabc\r ", wire.ErrUnknownOp},
	{"payload too short", "PUB a 0\r\nP", wire.ErrUnknownOp},
	{"repeated line, bad payload", "PUB a 1\r\nx\r\nPUB a 1\r\nxy", wire.ErrUnknownOp},

	{"no arguments", "PUB \r\n", wire.ErrParser},
	{"no arguments and LF", "PUB \n", wire.ErrParser},
	{"no size", "PUB a\r\n", wire.ErrParser},
	{"too many", "PUB a b 1 2\r\n", wire.ErrParser},
	{"far too many", "PUB a b c d e f g 1\r\n", wire.ErrParser},
	{"size -1", "PUB foo.bar -1\r\n", wire.ErrParser},
	{"size +5", "PUB foo.bar +5\r\n", wire.ErrParser},
	{"size 1.5", "PUB foo.bar 1.5\r\n", wire.ErrParser},
	{"size 0x5", "PUB foo.bar 0x5\r\n", wire.ErrParser},
	{"size text", "PUB foo.bar x\r\n", wire.ErrParser},
	{"ten digits", "PUB foo.bar 0000000005\r\n", wire.ErrParser},
	{"digits that overflow", "PUB foo.bar 18446744073709551621\r\n", wire.ErrParser},
	{"two CR", "PUB foo.bar 5\r\r\n", wire.ErrParser},
	{"CR and blank", "PUB foo.bar 5\r \r\n", wire.ErrParser},
	{"hpub without total", "HPUB a.b 4\r\n", wire.ErrParser},
	{"hpub too many", "HPUB a.b r 4 4 4\r\n", wire.ErrParser},
	{"header above total", "HPUB a.b 5 4\r\n", wire.ErrParser},
	{"header no number", "HPUB a.b x 4\r\n", wire.ErrParser},
	{"total no number", "HPUB a.b 4 x\r\n", wire.ErrParser},
	{"header of ten digits", "HPUB a.b 0000000004 4\r\n", wire.ErrParser},
	{"sub without sid", "SUB a\r\n", wire.ErrParser},
	{"sub of blanks", "SUB  \r\n", wire.ErrParser},
	{"sub with four", "SUB a b c d\r\n", wire.ErrParser},
	{"sub with six", "SUB a b c d e f\r\n", wire.ErrParser},
	{"unsub with three", "UNSUB 1 2 3\r\n", wire.ErrParser},
	{"unsub of a blank", "UNSUB \r\n", wire.ErrParser},

	{"payload limit", "PUB foo.bar 1048577\r\n", wire.ErrMaxPayload},
	{"payload limit with blanks", "PUB foo.bar  1048577\r\n", wire.ErrMaxPayload},
	{"payload limit with headers", "HPUB foo.bar 4 1048577\r\n", wire.ErrMaxPayload},
	{"endless line", "PUB " + strings.Repeat("e", 4097), wire.ErrMaxControlLine},
	{"endless reply", "PUB a " + strings.Repeat("e", 4095), wire.ErrMaxControlLine},
	{"endless sub", "SUB " + strings.Repeat("e", 4097), wire.ErrMaxControlLine},
	{"endless connect", "CONNECT " + strings.Repeat("{", 4097), wire.ErrMaxControlLine},
	{"endless blanks", "SUB" + strings.Repeat(" ", 4097), wire.ErrMaxControlLine},
	{"endless ping", "PING" + strings.Repeat("x", 4097), wire.ErrMaxControlLine},
}

func TestCommands(t *testing.T) {
	for _, tt := range good {
		t.Run(tt.name, func(t *testing.T) {
			s := parse(tt.text)
			require.NoError(t, s.err)
			assert.Equal(t, tt.want, s.commands)
			assert.Len(t, tt.text, s.at, "all of it is parsed")
		})
	}
}

func TestErrors(t *testing.T) {
	for _, tt := range bad {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, parse(tt.text).err)
			require.NoError(t, parse(tt.text[:len(tt.text)-1]).err, "one byte less is no error yet")
			assert.Equal(t, tt.want, parse(tt.text+"\r\nPING\r\n\r\n").err, "bytes behind do not matter")
		})
	}
}

func TestHeadersNotNegotiated(t *testing.T) {
	s := &session{}
	s.feed([]byte("HPUB h.a 12 14\r"))
	require.NoError(t, s.err)
	s.feed([]byte("\n"))
	assert.Equal(t, wire.ErrParser, s.err)
}
