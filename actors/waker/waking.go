package waker

import (
	"crypto/rand"
	"encoding/json"
	"strconv"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/client"
)

// atOnce is how many consumers are asked for at a time. A server that does not answer is one whose link is lost soon.
const atOnce = 256

// pulls are the requests that are answered here while nobody else does.
const pulls = "$JS.API.CONSUMER.MSG.NEXT.>"

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
	toAsk   [][]waiting          // by consumer; first come, first asked
	asked   map[string][]waiting // by where the answer comes
	last    uint64
}

// linked tells that a link is up, or lost.
type linked struct {
	account string
	up      bool
}

// IgnoreDeadLetterLogging: when the broker stops, the actor may have gone before.
func (*linked) IgnoreDeadLetterLogging() {}

// Receive handles the actor's messages.
func (w *waking) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		w.accounts = make(map[string]*account)
	case *linked:
		w.linked(ctx, m)
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
	a = &account{name: name, client: c, inbox: "_INBOX." + rand.Text() + "."}
	if a.answers, err = c.Subscribe(a.inbox + "*"); err != nil {
		return nil
	}
	w.accounts[name] = a
	return a
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
	a.toAsk, a.asked = nil, make(map[string][]waiting) // what was asked for before has been lost with the link
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
			a.answered(m)
		case a.down != nil && m.Subscription == *a.down && m.Reply != "":
			w.memory.note(a.name, m.Subject, m.Reply, m.Data, time.Now())
			a.tell(m.Reply, "503", "", nil) // as if nobody had got it
		}
	}
}

// ask asks for the consumers, some at a time.
func (a *account) ask() {
	for len(a.toAsk) > 0 && len(a.asked) < atOnce {
		all := a.toAsk[0]
		a.toAsk = a.toAsk[1:]
		if all[0].of.name == "" { // nobody can be asked for it: who sees no gap is none the worse
			a.gone(all)
			continue
		}
		a.last++
		reply := a.inbox + strconv.FormatUint(a.last, 10)
		err := a.client.Publish(&client.Message{Subject: "$JS.API.CONSUMER.INFO." + all[0].of.stream + "." + all[0].of.name, Reply: reply})
		if err == nil { // else its name makes no sense, or this client has come to an end
			a.asked[reply] = all
		}
	}
}

// answered is what became of a consumer.
func (a *account) answered(m *client.Message) {
	all, asked := a.asked[m.Subject]
	if !asked {
		return
	}
	delete(a.asked, m.Subject)
	if isGone(m.Data) {
		a.gone(all)
	}
	a.ask()
}

// The errors of JetStream that say that there is no such thing.
const (
	consumerNotFound = 10014
	streamNotFound   = 10059
)

// isGone reports whether an answer says that there is no such consumer.
func isGone(data []byte) bool {
	var answer struct {
		Error struct {
			Code int `json:"err_code"`
		} `json:"error"`
	}
	return json.Unmarshal(data, &answer) == nil && (answer.Error.Code == consumerNotFound || answer.Error.Code == streamNotFound)
}

// beyond is a number that no consumer gets to.
const beyond = "4611686018427387904"

// gone tells those who wait for a consumer that there is none.
func (a *account) gone(all []waiting) {
	for _, w := range all {
		switch w.kind {
		case pull:
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
