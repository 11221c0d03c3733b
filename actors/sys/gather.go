package sys

import (
	"crypto/rand"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/internal/fair"
)

// This file is the sum of what all servers of a cluster have counted.

const (
	mayGather  = 64                     // sums at a time
	gatherTime = 500 * time.Millisecond // a server may take; NATS servers wait as long
)

type (
	// partly is a request that has been counted here, and is to be elsewhere.
	partly struct {
		asked  *client.Message
		here   *counted
		others int // servers that are asked
	}
	// overdue is told of a sum that has waited for long enough.
	overdue struct{ key string }
)

// IgnoreDeadLetterLogging is as for those of the actor's other messages.
func (*partly) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as for those of the actor's other messages.
func (*overdue) IgnoreDeadLetterLogging() {}

// sums are those that wait for other servers, by the end of the subject that these answer on. The actor owns them.
type sums struct {
	inbox string
	open  map[string]*sum
	begun uint64
}

type sum struct {
	asked   *client.Message
	by      fair.Owner
	number  uint64 // in the order in which they have begun
	total   *counted
	missing int // servers that have not answered
	clock   *time.Timer
}

func newSums() sums { return sums{inbox: "_INBOX." + rand.Text() + ".", open: make(map[string]*sum)} }

// gather asks the other servers. Where too many wait for them, whoever waits for most is told his oldest sum as it is.
func (s *serving) gather(ctx actor.Context, m *partly) {
	if len(s.sums.open) >= mayGather {
		s.tell(s.sums.excess())
	}
	root, self, key := ctx.ActorSystem().Root, ctx.Self(), rand.Text()
	body, err := json.Marshal(&m.here.census)
	if err == nil {
		err = s.system().Publish(&client.Message{Subject: ownSubscribers, Reply: s.sums.inbox + key, Data: body})
	}
	if err != nil {
		s.voice.reply(m.asked, failed(codeInternal, err.Error()))
		return
	}
	s.sums.begun++
	s.sums.open[key] = &sum{
		asked: m.asked, by: ownerOf(m.asked), number: s.sums.begun, total: m.here, missing: m.others,
		clock: time.AfterFunc(gatherTime, func() { root.Send(self, &overdue{key}) }),
	}
}

// heard takes in what a server has counted. It reports whether that was what the message is about.
func (s *serving) heard(m *client.Message) bool {
	key, is := strings.CutPrefix(m.Subject, s.sums.inbox)
	if !is {
		return false
	}
	t := s.sums.open[key]
	if t == nil {
		return true
	}
	t.total.n += number(string(m.Data))
	t.total.silent.connections += number(m.Header.Get(silentConnections))
	if t.missing--; t.missing <= 0 {
		s.tell(key)
	}
	return true
}

// number is one that another server has said, 0 for what is none.
func number(text string) int {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0
	}
	return int(n)
}

// tell says a sum to who has asked.
func (s *serving) tell(key string) {
	if t := s.sums.open[key]; t != nil {
		t.clock.Stop()
		delete(s.sums.open, key)
		t.total.silent.servers = max(t.missing, 0)
		s.voice.reply(t.asked, t.total)
	}
}

// excess is the oldest sum of whoever has most of them.
func (s *sums) excess() (key string) {
	have := make(map[fair.Owner]int)
	for _, t := range s.open {
		have[t.by]++
	}
	var worst *sum
	for k, t := range s.open {
		if worst == nil || have[t.by] > have[worst.by] || have[t.by] == have[worst.by] && t.number < worst.number {
			key, worst = k, t
		}
	}
	return key
}

// stop forgets all sums.
func (s *sums) stop() {
	for _, t := range s.open {
		t.clock.Stop()
	}
}
