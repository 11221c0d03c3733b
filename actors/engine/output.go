package engine

import (
	"bufio"
	"errors"
	"io"
	"regexp"
	"strings"

	"github.com/hashicorp/go-hclog"
)

// maxLine is how much of a line of the engine's log is read, in bytes. The rest is passed over.
const maxLine = 4 << 10

// readLines calls each with every line of a log, until its end. It reads on whatever the lines are: a process whose
// log nobody reads comes to a halt.
func readLines(from io.Reader, each func(line string)) error {
	r := bufio.NewReaderSize(from, maxLine)
	for inside := false; ; {
		line, more, err := r.ReadLine()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if !inside {
			each(string(line))
		}
		inside = more
	}
}

// tagged is a line of a nats-server's log: the process, perhaps the time, how grave it is, and what it says.
var tagged = regexp.MustCompile(`^\[\d+\] (?:[\d/:. ]+ )?\[([A-Z]{3})\] ?(.*)$`)

// levels are the grades of a nats-server, as the broker's log has them. What it says of itself is of interest only to
// who looks into it.
var levels = map[string]hclog.Level{
	"TRC": hclog.Trace, "DBG": hclog.Trace, "INF": hclog.Debug, "WRN": hclog.Warn, "ERR": hclog.Error, "FTL": hclog.Error,
}

// notNews are warnings about what the broker has written for it.
var notNews = []string{"Plaintext passwords detected"}

// grade is what a line says, and how grave it is. One that is no line of a log is something that a process says
// that has no log any more.
func grade(line string) (hclog.Level, string) {
	m := tagged.FindStringSubmatch(line)
	if m == nil {
		return hclog.Warn, line
	}
	for _, known := range notNews {
		if strings.HasPrefix(m[2], known) {
			return hclog.Debug, m[2]
		}
	}
	level, known := levels[m[1]]
	if !known {
		level = hclog.Warn
	}
	return level, m[2]
}

// ports are where an engine listens.
type ports struct {
	links, control, mqtt string // host:port
	open                 bool   // it says that it is ready
}

// complete reports whether all is there that will be.
func (p *ports) complete(mqtt bool) bool {
	return p.open && p.links != "" && p.control != "" && (p.mqtt != "" || !mqtt)
}

// note learns from a line.
func (p *ports) note(text string) {
	for _, known := range []struct {
		before string
		at     *string
	}{
		{"Listening for leafnode connections on ", &p.links},
		{"Listening for client connections on ", &p.control},
		{"Listening for MQTT clients on ", &p.mqtt},
	} {
		if address, found := strings.CutPrefix(text, known.before); found {
			if _, rest, scheme := strings.Cut(address, "://"); scheme {
				address = rest
			}
			*known.at = address
		}
	}
	p.open = p.open || text == "Server is ready"
}
