package playcmd

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/troupe-mq/troupe/actors/transcript"
)

// errDiffers is the error of a session that went another way than the file says.
var errDiffers = errors.New("the broker has said something else than the file: lines that begin with an exclamation mark say what")

// quietFor is how long nothing must come where a file says that nothing does.
const quietFor = 200 * time.Millisecond

// player plays a session at a broker.
type player struct {
	*settings

	out     io.Writer
	clients map[string]*client
	differs bool
}

// play plays the file.
func (s *settings) play(stdout io.Writer) error {
	steps, err := s.load()
	if err != nil {
		return err
	}
	if s.own {
		stop, err := s.startOwn()
		if err != nil {
			return err
		}
		defer stop()
	}
	p := &player{settings: s, out: stdout, clients: make(map[string]*client)}
	defer p.leave()
	for _, step := range steps {
		if err := p.perform(step); err != nil {
			return err
		}
	}
	if s.trail {
		p.answers(steps)
	}
	if p.differs {
		return errDiffers
	}
	return nil
}

func (p *player) leave() {
	for _, c := range p.clients {
		_ = c.nc.Close() // nobody uses it any more
	}
}

// client is a connection by its name, opened if it is new.
func (p *player) client(name string) (*client, error) {
	if c := p.clients[name]; c != nil {
		return c, nil
	}
	c, err := dial(name, p.address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.address, err)
	}
	p.clients[name] = c
	return c, nil
}

// perform does a step, or shows what the broker says and whether it is what it should be.
func (p *player) perform(s transcript.Step) error {
	switch s.Kind {
	case transcript.Remark, transcript.Config:
		fmt.Fprintln(p.out, transcript.Quote(s.Raw))
		return nil
	case transcript.Passes:
		fmt.Fprintln(p.out, s.Raw)
		<-time.After(s.After)
		return nil
	default:
	}
	c, err := p.client(s.Client)
	if err != nil {
		return err
	}
	switch s.Kind {
	case transcript.Types:
		<-time.After(p.pause)
		fmt.Fprintln(p.out, s.Raw)
		err = c.send(s.Text)
	case transcript.HangsUp:
		<-time.After(p.pause)
		fmt.Fprintln(p.out, s.Raw)
		c.ended = true
		err = c.nc.Close()
	case transcript.Reads:
		p.read(c, s)
	case transcript.IsQuiet:
		p.quiet(c, s)
	default:
		p.closed(c, s)
	}
	if err != nil {
		return fmt.Errorf("%s:%d: %w", p.file, s.Line, err)
	}
	return nil
}

// read shows the line that comes.
func (p *player) read(c *client, s transcript.Step) {
	line, came, open := c.next(p.wait, s.Text)
	switch {
	case came && transcript.Fits(s.Text, line):
		p.show(c, line)
	case came:
		p.differ(c, transcript.Quote(line), s)
	case open:
		p.differ(c, "nothing", s)
	default:
		p.differ(c, "the connection is closed", s)
	}
}

// quiet shows what comes although nothing should.
func (p *player) quiet(c *client, s transcript.Step) {
	if line, came, _ := c.next(quietFor, ""); came {
		p.differ(c, transcript.Quote(line), s)
		return
	}
	fmt.Fprintln(p.out, s.Raw)
}

// closed waits until the broker hangs up.
func (p *player) closed(c *client, s transcript.Step) {
	line, came, open := c.next(p.wait, "")
	switch {
	case came:
		p.differ(c, transcript.Quote(line), s)
	case open:
		p.differ(c, "the connection is open", s)
	default:
		fmt.Fprintln(p.out, s.Raw)
		c.ended = true
	}
}

func (p *player) show(c *client, line string) {
	fmt.Fprintf(p.out, "%s< %s\n", c.name, transcript.Quote(line))
}

// differ shows what is otherwise than the file says.
func (p *player) differ(c *client, got string, s transcript.Step) {
	p.differs = true
	fmt.Fprintf(p.out, "%s< %s\n! line %d of the file: %s\n", c.name, got, s.Line, transcript.Quote(s.Raw))
}
