package troupecmd

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// This file is what people type that is wrong, and the one line of the real program that tells them what is wrong and
// what would be right.

// TestBadCommands: a wrong command line, and one that names wrong files, is one line and exit code 1. Where the line itself
// makes no sense, a second one says where to read more.
func TestBadCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"damaged.log": "{\n", "notes.txt": "hello\n", "key.conf": "tls {\n  cert_fiel: c.pem\n}\n", "unit.conf": "ping_interval: 2m\n",
		"path.conf": "pid_file: ./troupe.pid\n", "brace.conf": "accounts { A {\n", "user.conf": "user: ann\n",
		"account.conf":   "accounts { A { users: [{user: a, password: p}], exports: [{servic: q}] } }\n",
		"remote.conf":    "leafnodes { remotes: [\n { url: 'http://hub', account: A }\n] }\n",
		"audit.conf":     "audit { file: a.log, policy: wait }\n",
		"extension.conf": "extensions { guard { rate: 1 } }\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	for args, want := range map[string]string{
		"--prot 4222":            `flag provided but not defined: -prot, did you mean --port?` + more,
		"-p 22k":                 `-p: "22k" is no port: a number from 1 to 65535, or -1 for any free one` + more,
		"--user ann":             `--user needs --pass beside it` + more,
		"--ping_interval soon":   `--ping_interval: "soon" is not a duration such as 2m or 500ms` + more,
		"--log_format xml":       `--log_format: "xml" is not a log format: text, json or nats` + more,
		"--overrun drop":         `overrun "drop" is none of evict, drop_new and drop_old`,
		"troupe.conf":            `unrecognized command: "troupe.conf": a configuration file is named by -c troupe.conf` + more,
		"paly x.txt":             `unrecognized command: "paly", did you mean play?` + more,
		"completion tcsh":        `completion needs a shell: bash, zsh or fish`,
		"man troupe":             `"troupe" is too much: man has one page`,
		"--signal relaod=1":      `unknown signal "relaod": one of stop, quit, term, reload, reopen and ldm`,
		"--signal reload=no.pid": `invalid pid: no.pid: needs a number, or a file that holds one`,
		"-m 8222 --lab":          `monitor: the lab needs a loopback address, such as 127.0.0.1, and not "0.0.0.0"`,
		"-c none.conf":           `stat none.conf: no such file or directory`,

		"-t -c key.conf":       `key.conf:2:3: unknown field "cert_fiel", did you mean cert_file?`,
		"-t -c brace.conf":     `brace.conf: Parse error on line 2: 'Unexpected EOF processing map.': a block has no } behind it`,
		"-t -c unit.conf":      `unit.conf:1:1: "ping_interval": 2m without quotes is the number 2000000, and no minutes: write "2m"`,
		"-t -c path.conf":      `path.conf: Parse error on line 1: 'Floats must start with a digit': a path that begins with a dot wants quotes: pid_file: "./troupe.pid"`,
		"-t -c user.conf":      `user.conf:1:1: unknown field "user": it stands in a block: authorization { user: … }`,
		"-t -c account.conf":   `account.conf:1:60: unknown field "servic", did you mean service?`,
		"-t -c remote.conf":    `remote.conf:2:4: leafnodes: remote "A": URL 1: scheme "http" is none of nats-leaf, nats, tls, ws and wss`,
		"-t -c audit.conf":     `audit.conf:1:22: "policy": "wait" is neither block nor drop`,
		"-t -c extension.conf": `extension.conf:1:14: unknown extension "guard": this program has none`,

		"audit vrify damaged.log":             `there is no command audit "vrify": it is verify or cat` + moreAudit,
		"audit verify":                        `audit verify: there is no file to read` + moreAudit,
		"audit verify none.log":               `stat none.log: no such file or directory`,
		"audit verify damaged.log":            `damaged.log:1: the line does not end with its check`,
		"audit cat --usr ann damaged.log":     `audit cat: there is no flag --usr, did you mean --user?` + moreAudit,
		"audit cat --verb publ damaged.log":   `audit cat: --verb: there is no verb "publ", did you mean PUB?` + moreAudit,
		"audit cat --by size damaged.log":     `audit cat: --by: there is no summary by "size": it is one of user, account, subject, verb, outcome` + moreAudit,
		"audit cat --since noon damaged.log":  `audit cat: --since: "noon" is no time such as 2026-11-23T03:04:05Z, and no duration such as 90m` + moreAudit,
		"audit cat --subject a..b notes.txt":  `audit cat: --subject: "a..b" is no subject: there is nothing between two dots` + moreAudit,
		"audit cat -n 0 damaged.log":          `audit cat: -n: "0" is no number from 1 to 100000` + moreAudit,
		"audit cat --outcome lost notes.txt":  `audit cat: --outcome: there is no outcome "lost": it is one of accepted, delivered, no_interest, denied, refused` + moreAudit,
		"play":                                `play: there is no file to play` + morePlay,
		"play --writ new.txt":                 `play: there is no flag --writ, did you mean --write?` + morePlay,
		"play notes.txt localhost":            `play: "localhost" is no address such as 127.0.0.1:4222` + morePlay,
		"play notes.txt":                      `play: notes.txt: line 1: not a step: hello`,
		"play --pause long notes.txt a:1 b:2": `play: --pause: "long" is no duration such as 500ms` + morePlay,
	} {
		var stderr bytes.Buffer
		cmd := exec.CommandContext(t.Context(), binary, strings.Fields(args)...)
		cmd.Dir, cmd.Stderr = dir, &stderr
		var code *exec.ExitError
		require.ErrorAs(t, cmd.Run(), &code, args)
		assert.Equal(t, 1, code.ExitCode(), args)
		assert.Equal(t, "troupe: "+want+"\n", stderr.String(), args)
	}
}

// What follows a line that makes no sense.
const (
	more      = "\ntroupe: see troupe --help"
	moreAudit = "\ntroupe: see troupe audit --help"
	morePlay  = "\ntroupe: see troupe play --help"
)

var monitoringAt = regexp.MustCompile(`Starting http monitor on ([\d.:]+)`)

// TestBadLines: whoever types to a broker with --explain, and whoever asks its monitoring and its lab, is told the same way.
func TestBadLines(t *testing.T) {
	t.Parallel()
	p := start(t, "--explain", "--lab", "-m", "-1")
	addr := p.addr(t)
	at := "http://" + monitoringAt.FindStringSubmatch(p.stderr.String())[1]

	for typed, want := range map[string]string{
		"PUB foo abc":           `Parser Error: bad size "abc": 1 to 9 digits and nothing else`,
		"PUB foo":               `Parser Error: PUB has 1 argument: PUB <subject> [reply-to] <bytes>`,
		"SUB":                   `Unknown Protocol Operation: SUB has no argument: SUB <subject> [queue] <sid>`,
		"SUBB foo 1":            `Unknown Protocol Operation: there is no operation "SUBB", did you mean SUB?`,
		"MSG foo 1 5":           `Unknown Protocol Operation: MSG is what a server says: a client publishes by PUB`,
		"SUB a..b 1":            `Invalid Subject: there is nothing between two dots`,
		"SUB >.a 1":             `Invalid Subject: > is only ever the last token`,
		"PUB foo 2\r\nlonger":   `Unknown Protocol Operation: no CR LF behind the payload of 2 bytes that the line announces`,
		"PUB foo 99999999":      `Maximum Payload Violation: "99999999" bytes are more than 1048576, which is max_payload`,
		`CONNECT {"verbose":3}`: `Parser Error: CONNECT: "verbose" is a number and not a bool`,
		"GET / HTTP/1.1":        `Unknown Protocol Operation: this is HTTP, and this port speaks NATS: the monitoring has a port of its own`,
	} {
		c := dial(t, addr)
		_, err := fmt.Fprintf(c.Conn, "%s\r\n", typed)
		require.NoError(t, err)
		assert.Equal(t, "-ERR '"+want+"'", c.line(t), typed)
	}

	for asked, want := range map[string]string{
		"GET /connzz":                                      `there is no such page: / lists those that there are`,
		"GET /connz?limit=many":                            `Error decoding int for 'limit': strconv.Atoi: parsing "many": invalid syntax: needs a whole number`,
		"GET /connz?state=half":                            `Error decoding state for half: open, closed or any`,
		"GET /connz?auth=perhaps":                          `Error decoding boolean for 'auth': strconv.ParseBool: parsing "perhaps": invalid syntax: needs true or false`,
		"GET /supervisionz?format=md":                      `format "md" is none of json and text`,
		"GET /lab/fault":                                   `a fault is ordered by POST`,
		`POST /lab/fault {"target":"taps","kind":"panic"}`: `no such fault: "taps" is a group, and does no work that could fail: name one of its actors, as in partitions/part-0`,
		`POST /lab/fault {"target":"partitions/part-0","kind":"stall"}`:  `no such fault: stall takes time: say for how long, such as 500ms`,
		`POST /lab/fault {"target":"partitions/part-77","kind":"panic"}`: `no such fault: there is no actor "partitions/part-77": /actorz shows all of them`,
		`POST /lab/fault {"target":"partitions/part-0","kind":"kill"}`:   `no such fault: kind "kill" is none of panic, stall and slow`,
		`POST /lab/fault {"tarket":"partitions/part-0"}`:                 `this is no order such as {"target":"connections/conn-7","kind":"stall","for":"100ms"}: unknown field "tarket"`,
	} {
		method, rest, _ := strings.Cut(asked, " ")
		path, body, _ := strings.Cut(rest, " ")
		r, err := http.NewRequestWithContext(t.Context(), method, at+path, strings.NewReader(body))
		require.NoError(t, err)
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		assert.Equal(t, 4, answer.StatusCode/100, asked)
		assert.Equal(t, want, strings.TrimSpace(string(text)), asked)
	}
}
