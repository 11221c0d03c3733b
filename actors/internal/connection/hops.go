package connection

import (
	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// A request to a service that the account imports is carried out in the account
// that offers it, and its answer comes back the same way. Each account that a
// message is seen in beside its publisher's gets an entry of its own in the batch,
// behind the message's, which only the partitions look at: it is routed like any
// other, and committed together with the first.

// passage is how a message has come into the account that it is in.
type passage struct {
	depth     int    // accounts that it has been in before
	returning bool   // it has come by a reply route
	untraced  bool   // one of them does not let those trace it who are elsewhere
	shown     []byte // the subject that it is shown under everywhere; nil for the one that it has in each account

	asker    *report.Asker   // what those there are told of who asks; nil: nothing
	measured *report.Latency // of the request; nil if it is not measured
	answered *report.Latency // of the request that this answers, if that is measured
}

// hop adds what a message becomes in other accounts, if anything. It is in account a
// with that subject and reply. One that comes back by a reply route is for whoever
// has asked: not for the services that are imported where it passes, of which one may
// be the very one that has answered.
func (c *connection) hop(cmd *wire.Command, a *account.Account, subject, reply []byte, p passage) {
	if p.depth == account.DeepestHop {
		return
	}
	if account.IsReply(subject) {
		if r := a.Replies.Take(a, subject, int(cmd.Body.Len-cmd.Header), c.Now()); r != nil {
			if back := c.config().Accounts.Numbered(r.Back); back != nil { // it may be gone
				c.traceImport(back, subject, r.Subject, p)
				p.returning, p.answered = true, c.answered(r, a)
				c.hopInto(cmd, a, back, []byte(r.Subject), reply, account.Answers{}, p)
			}
			return
		}
	}
	if p.returning {
		return
	}
	for i := range a.Services {
		s := &a.Services[i]
		if name, ok := s.Mapping.Append(nil, subject); ok {
			c.traceImport(s.Account, subject, string(name), p)
			c.hopInto(cmd, a, s.Account, name, reply, s.Answers, passage{
				depth: p.depth, untraced: p.untraced || !s.AllowTrace, shown: p.shown,
				asker: c.askerOf(a, s, p.asker), measured: c.measure(cmd, a, s, reply),
			})
		}
	}
}

// hopInto adds what a message becomes in one of them.
func (c *connection) hopInto(cmd *wire.Command, from, into *account.Account, subject, reply []byte, due account.Answers, p passage) {
	b := c.batch
	original, hops := b.Original()
	original.Alone = true
	if hops == account.MostHops {
		c.complain("a message goes through too many accounts", "account", into.Name)
		return
	}
	e := b.Derive(batch.Entry{Op: cmd.Op, Account: uint32(into.Index()), Renamed: true})
	if m := into.Mappings; m != nil && !into.Replies.Knows(into, subject) {
		if name, renamed := account.Rename(nil, subject, m.Of(subject), c.pub.Random); renamed {
			subject = name
		}
	}
	h := batch.ServiceHop{Into: into, Untraced: p.untraced, Answered: p.answered}
	if len(reply) > 0 && p.shown == nil { // else it is where a stream wants to be answered, which is the same everywhere
		h.Reply = c.openReply(from, into, string(reply), due, p.measured)
		reply = []byte(h.Reply.Token)
	}
	e.Arg = uint32(len(b.Hops))
	b.Hops = append(b.Hops, h)
	e.Subject, e.Reply = b.Spell(subject), b.Spell(reply)
	if p.shown != nil {
		b.Frame(e, batch.Frame{Match: e.Subject, Spelled: true})
		e.Subject = b.Spell(p.shown)
	}
	head, payload := cmd.Body.Of(c.in.Buf)[:cmd.Header], cmd.Body.Of(c.in.Buf)[cmd.Header:]
	if !p.returning {
		head = p.headers(head)
	}
	b.Wrap(e, reply, head, payload)
	b.Route(topics.Partition(subject, len(c.layout.PIDs)))
	p.depth++
	c.hop(cmd, into, subject, reply, p)
}

// replyPrefix is what the token of a reply route begins with that may lead over links, so that other
// servers know whose it is; empty if there are none.
func (c *connection) replyPrefix(into *account.Account) string {
	if len(c.Links.Of(into.Index())) == 0 {
		return ""
	}
	return peer.ReplyPrefix(c.Node)
}

// openReply opens the reply route for the answers to a request. It counts as that of
// who has published the message, also where an account in between passes it on.
func (c *connection) openReply(from, into *account.Account, reply string, due account.Answers, measured *report.Latency) *account.ReplyRoute {
	r, payer := into.Replies.Open(account.Request{
		By: c.session.Account, Client: c.cid(), From: from, Into: into, Reply: reply, Due: due, Prefix: c.replyPrefix(into),
		Measured: measured,
	}, c.Now())
	if payer != "" {
		c.complain("too many requests wait for an answer", "account", payer)
	}
	return r
}
