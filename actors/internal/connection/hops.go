package connection

import (
	"strconv"

	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// A request to a service that the account imports is carried out in the account
// that offers it, and its answer comes back the same way. Each account that a
// message is seen in beside its publisher's gets an entry of its own in the batch,
// behind the message's, which only the partitions look at: it is routed like any
// other, and committed together with the first.

// deepestHop is how many accounts a message may go through, one after the other.
const deepestHop = 8

// hop adds what a message becomes in other accounts, if anything. It is in account a
// with that subject and reply.
func (c *connection) hop(cmd *wire.Command, a *account.Account, subject, reply []byte, depth int) {
	if depth == deepestHop {
		return
	}
	if r := a.Replies.Take(subject, int(cmd.Body.Len-cmd.Header), c.Now()); r != nil {
		c.hopInto(cmd, a, r.Back, []byte(r.Subject), reply, account.Answers{}, depth)
	}
	for i := range a.Services {
		s := &a.Services[i]
		if name, ok := s.Mapping.Append(nil, subject); ok {
			c.hopInto(cmd, a, s.Account, name, reply, s.Answers, depth)
		}
	}
}

// hopInto adds what a message becomes in one of them.
func (c *connection) hopInto(cmd *wire.Command, from, into *account.Account, subject, reply []byte, due account.Answers, depth int) {
	b := c.batch
	b.Original().Alone = true
	e := b.Derive(batch.Entry{Op: cmd.Op, Account: uint32(into.Index()), Headers: cmd.Header, Body: cmd.Body, Renamed: true})
	if m := into.Mappings; m != nil {
		if name, renamed := account.Rename(nil, subject, m.Of(subject), c.pub.Random); renamed {
			subject = name
		}
	}
	h := batch.ServiceHop{Into: into}
	if len(reply) > 0 {
		r, lost := into.Replies.Open(from, string(reply), due, c.Now())
		if h.Reply, reply = r, []byte(r.Token); lost {
			c.complain("too many requests wait for an answer", "account", into.Name)
		}
	}
	e.Arg = uint32(len(b.Hops))
	b.Hops = append(b.Hops, h)
	e.Subject, e.Reply = b.Spell(subject), b.Spell(reply)
	in := c.in.Buf
	b.Respell(e, reply, headerSize(cmd, in), strconv.AppendUint(nil, uint64(cmd.Body.Len), 10), cmd.Body.Of(in))
	b.Route(topics.Partition(subject, len(c.Partitions)))
	c.hop(cmd, into, subject, reply, depth+1)
}
