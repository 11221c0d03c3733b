package actorstest

import (
	"testing"

	"github.com/troupe-mq/troupe/actors"
)

// play is a session being played.
type play struct {
	t       *testing.T
	path    string
	broker  *Broker
	clients map[string]*Client
	order   []string // of the clients, as they came
	ended   map[string]bool
}

func newPlay(t *testing.T, path string, config actors.Config) *play {
	t.Helper()
	return &play{
		t: t, path: path, broker: Start(t, config),
		clients: make(map[string]*Client), ended: make(map[string]bool),
	}
}

// client is a connection by its name, opened if it is new.
func (p *play) client(name string) *Client {
	p.t.Helper()
	if c := p.clients[name]; c != nil {
		return c
	}
	c := p.broker.Client(p.t)
	p.clients[name] = c
	p.order = append(p.order, name)
	return c
}

// act does what a step does to the broker; what it checks is left out.
func (p *play) act(s step) {
	p.t.Helper()
	switch s.kind {
	case types:
		p.client(s.client).Write(s.text)
	case hangsUp:
		p.client(s.client).Close()
		p.ended[s.client] = true
	case passes:
		Advance(p.t, s.after)
	case isClosed:
		p.client(s.client).hearOut()
	case reads, isQuiet:
		p.client(s.client)
	case remark:
	}
}

// perform does a step, or checks what it says.
func (p *play) perform(s step) {
	p.t.Helper()
	p.act(s)
	c := p.clients[s.client]
	switch s.kind {
	case reads:
		got, ok := c.next(s.text)
		if !ok {
			p.fail(s, c.rest())
		}
		if !fits(s.text, got) {
			p.fail(s, "the line is "+quote(got))
		}
	case isQuiet:
		if rest := c.rest(); rest != isSilent {
			p.fail(s, rest)
		}
	case isClosed:
		if rest := c.rest(); rest != isOver {
			p.fail(s, rest)
		}
		p.ended[s.client] = true
	default:
	}
}

func (p *play) fail(s step, got string) {
	p.t.Helper()
	p.t.Fatalf("%s:%d: want\n\t%s\nbut %s", p.path, s.line, s.raw, got)
}

// finish requires that the session has told everything.
func (p *play) finish() {
	p.t.Helper()
	Advance(p.t, lingers)
	for name, c := range p.clients {
		if rest := c.rest(); rest != isSilent && (!p.ended[name] || rest != isOver) {
			p.t.Errorf("%s: at the end, on %s, %s", p.path, name, rest)
		}
	}
}

// record plays the steps and returns the lines of the session as it really went:
// what the broker says stands right behind the step that made it say it.
func (p *play) record(steps []step) []string {
	p.t.Helper()
	var out []string
	hints := make(map[string][]step)
	for _, s := range steps {
		if s.kind == reads {
			hints[s.client] = append(hints[s.client], s)
		}
	}
	for _, s := range steps {
		known := len(p.order)
		p.act(s)
		if s.kind != reads && s.kind != isClosed {
			out = append(out, s.raw)
		}
		if s.kind != remark || len(p.order) > known {
			out = append(out, p.overheard(s.client, hints)...)
		}
	}
	Advance(p.t, lingers)
	return append(out, p.overheard("", hints)...)
}

// overheard is what has come in on every connection, first on the one named.
func (p *play) overheard(first string, hints map[string][]step) []string {
	settle()
	names := make([]string, 0, len(p.order)+1)
	if p.clients[first] != nil {
		names = append(names, first)
	}
	for _, n := range p.order {
		if n != first {
			names = append(names, n)
		}
	}
	var out []string
	for _, n := range names {
		for {
			line, ok := p.clients[n].next("")
			if !ok {
				break
			}
			out = append(out, spell(n, line, hints[n]))
		}
		if p.clients[n].rest() == isOver && !p.ended[n] {
			p.ended[n] = true
			out = append(out, n+"<! closed")
		}
	}
	return out
}

// spell writes a line down, with the gaps of an earlier version that it fits.
func spell(client, line string, hints []step) string {
	for _, h := range hints {
		if h.text != line && fits(h.text, line) {
			return h.raw
		}
	}
	if line == "" {
		return client + "<"
	}
	return client + "< " + quote(line)
}
