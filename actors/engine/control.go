package engine

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/troupe-mq/troupe/wire"
)

// askTime bounds what an engine may take for an answer, and maxAnswer how long that may be.
const (
	askTime   = 5 * time.Second
	maxAnswer = 64 << 20
)

// ErrDown is the error of a question to an engine that does not run.
var ErrDown = errors.New("JetStream is not available: its engine does not run")

// control asks an engine, in its system account. Each question is a connection of its own: there are few, and nothing
// has to be kept.
type control struct {
	address        string
	name, password string
	id             string // of the engine
}

// newControl asks the engine who it is, and thereby whether it serves.
func newControl(ctx context.Context, address string, s *secrets) (*control, error) {
	c := &control{address: address, name: s.name, password: s.password}
	info, err := c.talk(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	c.id = info.ServerID
	return c, nil
}

// ask asks the engine for a document, by its name in the system account. options are JSON, or nothing.
func (c *control) ask(ctx context.Context, what string, options []byte) (data json.RawMessage, err error) {
	if _, err = c.talk(ctx, func(rw *bufio.ReadWriter) error {
		answer, err := request(rw, "$SYS.REQ.SERVER."+c.id+"."+what, options)
		if err == nil {
			data, err = dataOf(answer)
		}
		return err
	}); err != nil {
		return nil, fmt.Errorf("engine: %s: %w", what, err)
	}
	return data, nil
}

// talk connects, and has do say the rest.
func (c *control) talk(ctx context.Context, do func(*bufio.ReadWriter) error) (info wire.Info, err error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	nc, err := new(net.Dialer).DialContext(ctx, "tcp", c.address)
	if err != nil {
		return info, err
	}
	defer func() { _ = nc.Close() }() // all that was to be said has been
	end, _ := ctx.Deadline()
	if err := nc.SetDeadline(end); err != nil {
		return info, err
	}
	rw := bufio.NewReadWriter(bufio.NewReader(nc), bufio.NewWriter(nc))
	line, err := rw.ReadBytes('\n')
	if err != nil {
		return info, err
	}
	if err := json.Unmarshal(bytes.TrimPrefix(line, []byte("INFO ")), &info); err != nil {
		return info, err
	}
	who, err := json.Marshal(map[string]any{"user": c.name, "pass": c.password, "verbose": false, "headers": true, "no_responders": true, "protocol": 1, "name": "control"})
	if err != nil {
		return info, err
	}
	_, _ = fmt.Fprintf(rw, "CONNECT %s\r\nPING\r\n", who) // an error shows in Flush
	if _, err := hear(rw, wire.HeardPong); err != nil || do == nil {
		return info, err
	}
	return info, do(rw)
}

// request asks, and waits for one answer.
func request(rw *bufio.ReadWriter, subject string, body []byte) ([]byte, error) {
	inbox := "_INBOX." + rand.Text()
	said := wire.AppendSubscribe(nil, inbox, "", 1)
	_, _ = rw.Write(wire.AppendPublish(said, subject, inbox, nil, body)) // as above
	h, err := hear(rw, wire.HeardMessage)
	return h.Data, err
}

// hear writes what was said, and reads until something of a kind comes.
func hear(rw *bufio.ReadWriter, what wire.Verdict) (h wire.Heard, err error) {
	if err := rw.Flush(); err != nil {
		return h, err
	}
	var buf []byte
	chunk := make([]byte, 32<<10)
	for {
		for h = wire.Hear(buf); h.Verdict != wire.HeardNothing; h = wire.Hear(buf) {
			switch h.Verdict {
			case what:
				return h, nil
			case wire.HeardError:
				return h, errors.New(string(h.Text))
			default: // it is not asked for
			}
			buf = buf[h.Len:]
		}
		if len(buf) > maxAnswer {
			return h, io.ErrShortBuffer
		}
		n, err := rw.Read(chunk)
		if err != nil {
			return h, err
		}
		buf = append(buf, chunk[:n]...)
	}
}

// dataOf is the document in an answer.
func dataOf(answer []byte) (json.RawMessage, error) {
	var a struct {
		Data  json.RawMessage `json:"data"`
		Error *struct {
			Description string `json:"description"`
		} `json:"error"`
	}
	switch err := json.Unmarshal(answer, &a); {
	case err != nil:
		return nil, err
	case a.Error != nil:
		return nil, errors.New(a.Error.Description)
	}
	return a.Data, nil
}
