package actors

import (
	"strconv"

	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// A request to a service that the account imports is carried out in the account
// that offers it, and its answer comes back the same way. Each account that a
// message is seen in beside its publisher's gets an entry of its own in the batch,
// behind the message's, which only the partitions look at: it is routed like any
// other, and committed together with the first.

// crossing is a message on its way into another account.
type crossing struct {
	into *account
	way  *way // what was opened for its answer, nil if there is to be none
}

// deepestCrossing is how many accounts a message may go through, one after the
// other.
const deepestCrossing = 8

// aside adds an entry to the batch that belongs to the one before it, and is not
// answered.
func (c *connection) aside(e entry) *entry {
	e.aside, e.alone = true, true
	added := c.entry(e.op)
	*added = e
	return added
}

// cross adds what a message becomes in other accounts, if anything. It is in
// account a with that subject and reply.
func (c *connection) cross(cmd *wire.Command, a *account, subject, reply []byte, depth int) {
	if depth == deepestCrossing {
		return
	}
	if w := a.ways.take(subject, int(cmd.Body.Len-cmd.Header), c.now()); w != nil {
		c.crossInto(cmd, a, w.back, []byte(w.subject), reply, answers{}, depth)
	}
	for i := range a.services {
		s := &a.services[i]
		if name, ok := s.mapping.Append(nil, subject); ok {
			c.crossInto(cmd, a, s.account, name, reply, s.answers, depth)
		}
	}
}

// crossInto adds what a message becomes in one of them.
func (c *connection) crossInto(cmd *wire.Command, from, into *account, subject, reply []byte, due answers, depth int) {
	n := len(c.batch.entries)
	for c.batch.entries[n-1].aside {
		n--
	}
	c.batch.entries[n-1].alone = true
	e, b := c.aside(entry{op: cmd.Op, headers: cmd.Header, body: cmd.Body, respelled: true, renamed: true}), c.batch
	if m := into.mappings; m != nil {
		if name, renamed := rename(nil, subject, m.of(subject), c.random); renamed {
			subject = name
		}
	}
	x := crossing{into: into}
	if len(reply) > 0 {
		w, lost := into.ways.open(from, string(reply), due, c.now())
		if x.way, reply = w, []byte(w.token); lost {
			c.complain("too many requests wait for an answer", "account", into.name)
		}
	}
	e.count = uint32(len(b.crossings))
	b.crossings = append(b.crossings, x)
	e.subject, e.reply = b.spell(subject), b.spell(reply)
	in, at := c.in.buf, len(b.spelling)
	b.spelling = wire.AppendTail(b.spelling, reply, headerSize(cmd, in), strconv.AppendUint(nil, uint64(cmd.Body.Len), 10), cmd.Body.Of(in))
	e.tail = wire.Span{Off: uint32(at), Len: uint32(len(b.spelling) - at)}
	b.route(topics.Partition(subject, len(c.partitions)))
	c.cross(cmd, into, subject, reply, depth+1)
}

// spell keeps a text that is not in the input.
func (b *batch) spell(text []byte) wire.Span {
	at := len(b.spelling)
	b.spelling = append(b.spelling, text...)
	return wire.Span{Off: uint32(at), Len: uint32(len(text))}
}

// subjectOf is the subject of a message, in the account that it is in.
func (b *batch) subjectOf(e *entry) []byte {
	if e.renamed {
		return e.subject.Of(b.spelling)
	}
	return e.subject.Of(b.buf)
}

// replyOf is its reply there.
func (b *batch) replyOf(e *entry) []byte {
	if e.aside {
		return e.reply.Of(b.spelling)
	}
	return e.reply.Of(b.buf)
}

// carryOutCrossing publishes the first of the entries in all the accounts that it
// is in, and returns how many entries that were. If one of them cannot carry it
// out, none does.
func (c *connection) carryOutCrossing(k *packer, entries []entry) int {
	n := 1
	for n < len(entries) && entries[n].aside {
		n++
	}
	all := entries[:n]
	c.countIn(all[:1])
	for i := range all {
		if all[i].refusal != nil {
			c.closeWays(k.b, all)
			c.countRefused(1)
			c.say(all[i].refusal.Lines)
			return n
		}
	}
	if !c.publish(k, all) {
		c.closeWays(k.b, all)
	}
	return n
}

// closeWays closes the ways back for a message that nobody got.
func (c *connection) closeWays(b *batch, all []entry) {
	for i := range all {
		if !all[i].aside {
			continue
		}
		if x := &b.crossings[all[i].count]; x.way != nil {
			x.into.ways.close(x.way)
		}
	}
}
