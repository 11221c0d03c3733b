package playcmd

import (
	"context"
	"fmt"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/transcript"
)

// startOwn starts a broker that is there for the play alone.
func (s *settings) startOwn() (stop func(), err error) {
	b, err := actors.Start(context.Background(), actors.Config{Host: "127.0.0.1", Port: -1})
	if err != nil {
		return nil, err
	}
	s.address = b.Addr().String()
	return func() { _ = b.Stop(context.Background()) }, nil // the play is over
}

// answers shows what the broker says to a trail, of which that is not known.
func (p *player) answers(steps []transcript.Step) {
	pongs := 0
	for _, s := range steps {
		if s.Text == "PING\r\n" {
			pongs++
		}
	}
	for _, c := range p.clients {
		if c.send("PING\r\n") != nil {
			continue // the broker has hung up, which shows
		}
		for {
			line, came, open := c.next(p.wait, "")
			if !came {
				if !open {
					fmt.Fprintf(p.out, "%s<! closed\n", c.name)
				}
				break
			}
			if line == "PONG" {
				if pongs--; pongs < 0 {
					break
				}
			}
			p.show(c, line)
		}
	}
}
