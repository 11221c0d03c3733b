package actorstest

import (
	"testing"

	"github.com/troupe-mq/troupe/actors/transcript"

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
func (p *play) act(s transcript.Step) {
	p.t.Helper()
	switch s.Kind {
	case transcript.Types:
		p.client(s.Client).Write(s.Text)
	case transcript.HangsUp:
		p.client(s.Client).Close()
		p.ended[s.Client] = true
	case transcript.Passes:
		Advance(p.t, s.After)
	case transcript.IsClosed:
		p.client(s.Client).hearOut()
	case transcript.Reads, transcript.IsQuiet:
		p.client(s.Client)
	case transcript.Remark, transcript.Config:
	}
}

// perform does a transcript.Step, or checks what it says.
func (p *play) perform(s transcript.Step) {
	p.t.Helper()
	p.act(s)
	c := p.clients[s.Client]
	switch s.Kind {
	case transcript.Reads:
		got, ok := c.next(s.Text)
		if !ok {
			p.fail(s, c.rest())
		}
		if !transcript.Fits(s.Text, got) {
			p.fail(s, "the line is "+transcript.Quote(got))
		}
	case transcript.IsQuiet:
		if rest := c.rest(); rest != isSilent {
			p.fail(s, rest)
		}
	case transcript.IsClosed:
		if rest := c.rest(); rest != isOver {
			p.fail(s, rest)
		}
		p.ended[s.Client] = true
	default:
	}
}

func (p *play) fail(s transcript.Step, got string) {
	p.t.Helper()
	p.t.Fatalf("%s:%d: want\n\t%s\nbut %s", p.path, s.Line, s.Raw, got)
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
func (p *play) record(steps []transcript.Step) []string {
	p.t.Helper()
	var out []string
	hints := make(map[string][]transcript.Step)
	for _, s := range steps {
		if s.Kind == transcript.Reads {
			hints[s.Client] = append(hints[s.Client], s)
		}
	}
	for _, s := range steps {
		known := len(p.order)
		p.act(s)
		if s.Kind != transcript.Reads && s.Kind != transcript.IsClosed {
			out = append(out, s.Raw)
		}
		if said := s.Kind != transcript.Remark && s.Kind != transcript.Config; said || len(p.order) > known {
			out = append(out, p.overheard(s.Client, hints)...)
		}
	}
	Advance(p.t, lingers)
	return append(out, p.overheard("", hints)...)
}

// overheard is what has come in on every connection, first on the one named.
func (p *play) overheard(first string, hints map[string][]transcript.Step) []string {
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
func spell(client, line string, hints []transcript.Step) string {
	for _, h := range hints {
		if h.Text != line && transcript.Fits(h.Text, line) {
			return h.Raw
		}
	}
	if line == "" {
		return client + "<"
	}
	return client + "< " + transcript.Quote(line)
}
