package troupecmd

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A wrong command line is answered by one line that says what is wrong and what would be
// right, and one that says where to read more, if the line itself makes no sense.
func TestMisuse(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing.conf")
	const port = ` is no port: a number from 1 to 65535, or -1 for any free one`
	for args, want := range map[string]string{
		"-p abc":                 `-p: "abc"` + port,
		"-p 22k":                 `-p: "22k"` + port,
		"--port 99999":           `--port: "99999"` + port,
		"--profile http":         `--profile: "http"` + port,
		"-p":                     `-p needs a value`,
		"--prot 4222":            `flag provided but not defined: -prot, did you mean --port?`,
		"--max-payload 1k":       `flag provided but not defined: -max-payload, did you mean --max_payload?`,
		"--conf x":               `flag provided but not defined: -conf, did you mean --config?`,
		"--nonsense":             `flag provided but not defined: -nonsense`,
		"---p 1":                 `"---p" is no flag`,
		"-D=maybe":               `-D: needs true or false`,
		"--user u":               `--user needs --pass beside it`,
		"--pass p":               `--pass needs --user beside it; a token alone is --auth`,
		"--ping_interval soon":   `--ping_interval: "soon" is not a duration such as 2m or 500ms`,
		"--max_connections many": `--max_connections: "many" is not a number such as 1024, 64k or 1MB`,
		"--log_format xml":       `--log_format: "xml" is not a log format: text, json or nats`,
		"-r here":                `-r: "here" is not like udp://host:514, tcp://host:514 or unix:///path`,
		"troupe.conf":            `unrecognized command: "troupe.conf": a configuration file is named by -c troupe.conf`,
		"adit verify":            `unrecognized command: "adit", did you mean audit?`,
		"-t":                     "must specify [-c, --config] option when checking configuration file syntax",
	} {
		var stdout, stderr bytes.Buffer
		assert.Equal(t, 1, run(append([]string{"troupe"}, strings.Fields(args)...), &stdout, &stderr), args)
		assert.Empty(t, stdout.String(), args)
		assert.Equal(t, "troupe: "+want+"\ntroupe: "+seeHelp+"\n", stderr.String(), args)
	}
	for args, want := range map[string]string{
		"-c " + missing:     "stat " + missing + ": no such file or directory",
		"--overrun drop":    `overrun "drop" is none of evict, drop_new and drop_old`,
		"-m 8222 --lab":     `monitor: the lab needs a loopback address, such as 127.0.0.1, and not "0.0.0.0"`,
		"-ms 8222":          "HTTPS for the monitoring needs the certificate of a tls block",
		"--tls":             "tls: there is no certificate: cert_file and key_file are missing",
		"--max_payload 99g": "max_payload 99000000000 is not in 1..999999999",
	} {
		var stderr bytes.Buffer
		assert.Equal(t, 1, run(append([]string{"troupe"}, strings.Fields(args)...), &stderr, &stderr), args)
		first, _, _ := strings.Cut(stderr.String(), "\n")
		assert.Equal(t, "troupe: "+want, first, args)
	}
}
