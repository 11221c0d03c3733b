package playcmd

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/troupe-mq/troupe/actors/transcript"
)

// settled is how long nothing may come before what was typed has had its effect.
const settled = 150 * time.Millisecond

// record sends what is typed, shows what the broker says, and writes both down.
func (s *settings) record(stdin io.Reader, stdout io.Writer) error {
	file, err := os.OpenFile(s.file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already, and is not written over", s.file)
	}
	if err != nil {
		return err
	}
	w := &writer{player: player{settings: s, out: stdout, clients: make(map[string]*client)}, file: file}
	defer w.leave()
	return errors.Join(w.run(stdin), file.Close())
}

// writer plays what is typed.
type writer struct {
	player

	file  io.Writer
	order []*client // as they came
}

func (w *writer) run(stdin io.Reader) error {
	in := bufio.NewScanner(stdin)
	in.Buffer(nil, maxLine)
	for in.Scan() {
		s, err := transcript.ParseLine(in.Text())
		if err != nil || s.Kind == transcript.Remark && s.Raw == "" {
			s, err = transcript.ParseLine("A> " + transcript.Quote(in.Text()))
		}
		if err != nil {
			return err
		}
		if err := w.take(s); err != nil {
			return err
		}
	}
	return in.Err()
}

// take does a step that was typed, and writes it down with what it causes. What the broker
// is to say nobody types.
func (w *writer) take(s transcript.Step) error {
	var c *client
	var err error
	switch s.Kind {
	case transcript.Types:
		if c, err = w.known(s.Client); err == nil {
			err = c.send(s.Text)
		}
	case transcript.HangsUp:
		if c, err = w.known(s.Client); err == nil {
			c.ended = true
			err = c.nc.Close()
		}
	case transcript.Passes:
		<-time.After(s.After)
	case transcript.Remark, transcript.Config:
	default:
		fmt.Fprintln(w.out, "# what the broker says is written down by itself")
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(w.file, s.Raw); err != nil {
		return err
	}
	return w.overhear()
}

func (w *writer) known(name string) (*client, error) {
	before := len(w.clients)
	c, err := w.client(name)
	if err == nil && len(w.clients) > before {
		w.order = append(w.order, c)
	}
	return c, err
}

// overhear shows and writes down what comes on every connection, until nothing does.
func (w *writer) overhear() error {
	for again := true; again; {
		again = false
		for _, c := range w.order {
			for !c.ended {
				line, came, open := c.next(settled, "")
				if !came && open {
					break
				}
				again = true
				text := c.name + "< " + transcript.Quote(line)
				if !open {
					text, c.ended = c.name+"<! closed", true
				}
				fmt.Fprintln(w.out, text)
				if _, err := fmt.Fprintln(w.file, text); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
