package waker

import (
	"crypto/rand"
	"encoding/json"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/client"

	"github.com/troupe-mq/troupe/wire/jetstream"
)

// atOnce is how many consumers are asked for at a time.
const atOnce = 256

// pulls are the requests that are answered here while nobody else does.
const pulls = jetstream.API + "CONSUMER.MSG.NEXT.>"

// waking is the actor.
type waking struct {
	*Waker
	accounts map[string]*account
}

// account is one with a link.
type account struct {
	name    string
	client  *client.Client
	down    *client.Subscription // while the link is lost
	inbox   string               // where answers come, a number behind it
	answers client.Subscription
	ended   [2]client.Subscription // to news of consumers and streams that were deleted
	toAsk   [][]waiting            // by consumer; first come, first asked
	asked   map[string]question    // by where the answer comes
	last    uint64
}

// question is one to the server, and for whom it was asked.
type question struct {
	all []waiting
	at  time.Time
}

// linked tells that a link is up, or lost.
type linked struct {
	account string
	up      bool
}

// doubted tells of a pull for a consumer that there may not be.
type doubted struct {
	account string
	one     waiting
}

// IgnoreDeadLetterLogging: when the broker stops, the actor may have gone before.
func (*linked) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*doubted) IgnoreDeadLetterLogging() {}

// Receive handles the actor's messages.
func (w *waking) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		w.accounts = make(map[string]*account)
	case *linked:
		w.linked(ctx, m)
	case *doubted:
		w.doubted(ctx, m)
	case *client.Message:
		w.hear(m)
	case *client.Detached:
		for name, a := range w.accounts {
			if a.client == m.Client() {
				delete(w.accounts, name)
			}
		}
	}
}

// of is an account, nil if there is none of that name any more.
func (w *waking) of(ctx actor.Context, name string) *account {
	a := w.accounts[name]
	if a != nil {
		return a
	}
	c, err := client.Join(ctx, client.Options{Account: name, Name: "waker", Internal: true, NoEcho: true})
	if err != nil {
		return nil
	}
	a = &account{name: name, client: c, asked: make(map[string]question)}
	w.accounts[name] = a
	return a
}

// listen has the account hear answers, and what is deleted. It is done for the first who waits: what is subscribed to here is
// announced to the server, which has no use for it before.
func (a *account) listen() {
	if a.inbox != "" {
		return
	}
	a.inbox = "_INBOX." + rand.Text() + "."
	for at, subject := range map[*client.Subscription]string{
		&a.answers: a.inbox + "*", &a.ended[0]: consumerDeleted + "*.*", &a.ended[1]: streamDeleted + "*",
	} {
		*at, _ = a.client.Subscribe(subject) // it fails for a client that is on the way out
	}
}

func (w *waking) linked(ctx actor.Context, m *linked) {
	a := w.of(ctx, m.account)
	if a == nil {
		return
	}
	if !m.up {
		a.answerPulls()
		return
	}
	a.leavePulls()
	a.toAsk, a.asked = nil, make(map[string]question) // what was asked for before has been lost with the link
	byConsumer := make(map[consumer][]waiting)
	for _, one := range w.memory.take(a.name, time.Now()) {
		if one.kind == pull {
			a.tell(one.inbox, "409", "Leadership Change", nil)
		}
		byConsumer[one.of] = append(byConsumer[one.of], one)
	}
	for _, all := range byConsumer {
		a.toAsk = append(a.toAsk, all)
	}
	a.ask()
}

// maxDoubts is how many consumers wait to be asked for. Who is beyond it waits as if there was one.
const maxDoubts = 4096

// doubted finds out whether there is a consumer.
func (w *waking) doubted(ctx actor.Context, m *doubted) {
	if a := w.of(ctx, m.account); a != nil && len(a.toAsk) < maxDoubts {
		a.toAsk = append(a.toAsk, []waiting{m.one})
		a.ask()
	}
}

// What the subjects begin with by which JetStream says that something was deleted.
const (
	consumerDeleted = "$JS.EVENT.ADVISORY.CONSUMER.DELETED."
	streamDeleted   = "$JS.EVENT.ADVISORY.STREAM.DELETED."
)

// forget is told that a consumer or a stream was deleted.
func (w *waking) forget(a *account, subject string) {
	rest, ok := strings.CutPrefix(subject, consumerDeleted)
	if !ok {
		w.memory.forget(a.name, consumer{})
		return
	}
	var c consumer
	c.stream, c.name, _ = strings.Cut(rest, ".")
	w.memory.forget(a.name, c)
}

// answerPulls has the pulls of an account come here.
func (a *account) answerPulls() {
	if a.down != nil {
		return
	}
	if s, err := a.client.Subscribe(pulls); err == nil { // else it is on the way out
		a.down = &s
	}
}

// leavePulls has them go where they belong.
func (a *account) leavePulls() {
	if a.down != nil {
		_ = a.down.Unsubscribe() // as above
		a.down = nil
	}
}

// hear takes a message to one of the accounts.
func (w *waking) hear(m *client.Message) {
	for _, a := range w.accounts {
		switch {
		case m.Subscription == a.answers:
			w.answered(a, m)
		case m.Subscription == a.ended[0] || m.Subscription == a.ended[1]:
			w.forget(a, m.Subject)
		case a.down != nil && m.Subscription == *a.down && m.Reply != "":
			w.memory.note(a.name, m.Subject, m.Reply, m.Data, time.Now())
			a.tell(m.Reply, "503", "", nil) // as if nobody had got it
		}
	}
}

// ask asks for the consumers, some at a time.
func (a *account) ask() {
	if len(a.asked) == atOnce {
		maps.DeleteFunc(a.asked, func(_ string, q question) bool { return time.Since(q.at) > answerTime })
	}
	if len(a.toAsk) > 0 {
		a.listen()
	}
	for len(a.toAsk) > 0 && len(a.asked) < atOnce {
		all := a.toAsk[0]
		a.toAsk = a.toAsk[1:]
		if all[0].of.name == "" { // nobody can be asked for it: who sees no gap is none the worse
			a.gone(all)
			continue
		}
		a.last++
		reply := a.inbox + strconv.FormatUint(a.last, 10)
		err := a.client.Publish(&client.Message{Subject: all[0].question(), Reply: reply})
		if err == nil { // else its name makes no sense, or this client has come to an end
			a.asked[reply] = question{all, time.Now()}
		}
	}
}

// question is the subject by which the server is asked whether there is who one waits for.
func (w *waiting) question() string {
	if w.kind == direct {
		return jetstream.API + "STREAM.INFO." + w.of.stream
	}
	return jetstream.API + "CONSUMER.INFO." + w.of.stream + "." + w.of.name
}

// answerTime is how long an answer is waited for when there are too many that have not come.
const answerTime = 5 * time.Second

// answered is what became of a consumer.
func (w *waking) answered(a *account, m *client.Message) {
	q, asked := a.asked[m.Subject]
	if !asked {
		return
	}
	delete(a.asked, m.Subject)
	if isGone(m.Data, q.all[0].kind) {
		w.memory.forget(a.name, q.all[0].of)
		a.gone(q.all)
	}
	a.ask()
}

// The errors of JetStream that say that there is no such thing.
const (
	consumerNotFound = 10014
	streamNotFound   = 10059
)

// isGone reports whether an answer says that there is no such consumer, or no stream that is asked for messages directly.
func isGone(data []byte, k kind) bool {
	var answer struct {
		Error struct {
			Code int `json:"err_code"`
		} `json:"error"`
		Config *struct {
			Direct bool `json:"allow_direct"`
		} `json:"config"`
	}
	if json.Unmarshal(data, &answer) != nil {
		return false
	}
	return answer.Error.Code == consumerNotFound || answer.Error.Code == streamNotFound || k == direct && answer.Config != nil && !answer.Config.Direct
}

// beyond is a number that no consumer gets to.
const beyond = "4611686018427387904"

// gone tells those who wait for a consumer that there is none.
func (a *account) gone(all []waiting) {
	for _, w := range all {
		switch w.kind {
		case pull, direct:
			a.tell(w.inbox, "503", "", nil)
		case ordered:
			a.tell(w.inbox, "100", "Idle Heartbeat", client.Header{"Nats-Last-Consumer": {beyond}, "Nats-Last-Stream": {beyond}})
		}
	}
}

// tell sends a status.
func (a *account) tell(inbox, code, text string, h client.Header) {
	if h == nil {
		h = make(client.Header)
	}
	h.Set("Status", code)
	if text != "" {
		h.Set("Description", text)
	}
	_ = a.client.Publish(&client.Message{Subject: inbox, Header: h}) // an inbox that makes no sense is nobody's
}
