package mailbox

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/internal/instant"
	"github.com/troupe-mq/troupe/internal/yield"
	"github.com/troupe-mq/troupe/supervisor"
)

// Drained is the user message that a mailbox made with [NotifyDrained] gives
// its actor when everything posted so far has been handled: the moment to flush.
type Drained struct{}

// drained is the one value ever sent, so that sending it allocates nothing.
var drained = &Drained{}

// keep is the capacity, in messages, that an empty queue holds on to: an idle
// connection should not remember its busiest moment.
const keep = 8

// Option changes what a new mailbox does.
type Option func(*Mailbox)

// NotifyDrained makes the mailbox send *[Drained] whenever it has become empty.
func NotifyDrained(m *Mailbox) { m.notify = true }

// Producer makes mailboxes for actor.WithMailbox.
func Producer(options ...Option) actor.MailboxProducer {
	return func() actor.Mailbox { return New(options...) }
}

// New returns an empty mailbox.
func New(options ...Option) *Mailbox {
	m := &Mailbox{}
	for _, o := range options {
		o(m)
	}
	return m
}

// Mailbox is an unbounded queue of messages for one actor. What keeps it small
// is the protocol between the actors (one batch in flight for each connection,
// a byte budget for each outgoing queue), not a limit here: a bounded mailbox
// would have to block or drop, and its sender could not know which.
type Mailbox struct {
	invoker    actor.MessageInvoker
	dispatcher actor.Dispatcher
	start      func() // is run: made once, where it would be made anew for each post

	notify     bool
	dirty      bool        // the run's: something was handled since the last Drained
	urgent     atomic.Bool // system is not empty: look there before the next user message
	mu         sync.Mutex
	system     []any             // posted and not taken
	user       []any             // posted and not taken
	running    bool              // some goroutine is in run, or about to be
	suspended  bool              // the actor failed and its supervisor has not yet decided
	waiting    instant.Instant   // since when the oldest in user waits, Never if none does
	deadLetter func(message any) // set by Close

	handled atomic.Uint64

	// Owned by the run. What was taken stays here, so that a panic
	// loses nothing behind the message that caused it.
	taken   []any
	next    int // taken[next:] is still to be handled
	orders  []any
	current any
	until   instant.Instant // when the run has worked for others long enough, Never while it has not begun to
}

// RegisterHandlers is called once by the actor system, before the first system message. An actor can be found, and be sent
// something, a moment before.
func (m *Mailbox) RegisterHandlers(invoker actor.MessageInvoker, dispatcher actor.Dispatcher) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.invoker, m.dispatcher, m.start = invoker, dispatcher, m.run
}

// Start does nothing: a mailbox needs no goroutine before its first message.
func (m *Mailbox) Start() {}

// PostUserMessage queues a message, and runs the actor if it is idle.
func (m *Mailbox) PostUserMessage(message any) {
	m.mu.Lock()
	if m.deadLetter != nil {
		m.mu.Unlock()
		m.deadLetter(message)
		return
	}
	if m.running || m.suspended || m.dispatcher == nil {
		if len(m.user) == 0 {
			m.waiting = instant.Now()
		}
		m.user = append(m.user, message)
		m.mu.Unlock()
		return
	}
	m.user = append(m.user, message)
	m.running = true
	m.mu.Unlock()
	m.dispatcher.Schedule(m.start)
}

// PostSystemMessage queues a message of the actor system, which overtakes all
// user messages, and runs the actor if it is idle.
func (m *Mailbox) PostSystemMessage(message any) {
	m.mu.Lock()
	m.system = append(m.system, message)
	m.urgent.Store(true)
	idle := !m.running
	m.running = true
	m.mu.Unlock()
	if idle {
		m.dispatcher.Schedule(m.start)
	}
}

// run handles messages until there are none, or until whoever posted first has done enough
// for the others: then a goroutine of its own goes on. Exactly one goroutine is in it.
func (m *Mailbox) run() {
	if !m.work() {
		go m.goOn()
	}
}

// lane is where runs that have a goroutine of their own wait for their next turn: all that others
// wait for, and nobody else.
var lane yield.Lane

// goOn is run on a goroutine of its own: it lets others run now and then.
func (m *Mailbox) goOn() {
	for {
		lane.Yield()
		m.until = instant.Now().In(patience)
		if m.work() {
			return
		}
	}
}

// work handles messages. It reports false if it has worked for others long enough, and there are more.
func (m *Mailbox) work() (done bool) {
	for round := range m.dispatcher.Throughput() {
		if !m.take() {
			return true
		}
		if round == ownRounds && m.until == instant.Never {
			m.until = instant.Now().In(patience)
		}
		m.handle()
		if m.impatient() {
			break
		}
	}
	return false
}

// A poster's own rounds are its message and the [Drained] behind it. For others it works so
// long at most, and so does a goroutine before it lets others run.
const (
	ownRounds = 2
	patience  = 250 * time.Microsecond
)

// impatient reports whether the run has worked for others long enough.
func (m *Mailbox) impatient() bool { return m.until != instant.Never && instant.Now() > m.until }

// take moves what was posted into the run's own hands. It reports false, and
// releases the actor, when there is nothing to do.
func (m *Mailbox) take() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.system) > 0 {
		m.orders, m.system = append(m.orders, m.system...), m.system[:0]
		clear(m.system[:cap(m.system)])
		m.urgent.Store(false)
		return true
	}
	if len(m.orders) > 0 { // left by a panic in a system message
		return true
	}
	if m.suspended {
		m.running, m.until = false, instant.Never
		return false
	}
	if m.next < len(m.taken) {
		return true
	}
	if len(m.user) > 0 {
		m.taken, m.user, m.next = m.user, m.spare(), 0
		m.waiting = instant.Never
		return true
	}
	if m.dirty && m.notify {
		return true
	}
	m.running, m.until = false, instant.Never
	return false
}

// spare is the emptied slice of the last round, to post into during the next.
func (m *Mailbox) spare() []any {
	s := m.taken
	if cap(s) > keep {
		return nil
	}
	clear(s)
	return s[:0]
}

// handle invokes what was taken. A panic ends it; the loop in run goes on.
func (m *Mailbox) handle() {
	defer func() {
		if r := recover(); r != nil {
			m.invoker.EscalateFailure(supervisor.Caught(r), m.current)
		}
		m.current = nil
	}()
	if len(m.orders) > 0 {
		for len(m.orders) > 0 {
			m.current = m.orders[0]
			m.orders[0] = nil
			m.orders = m.orders[1:]
			m.order(m.current)
		}
		m.orders = nil
		return // take knows what comes next
	}
	if m.next == len(m.taken) {
		if m.dirty && m.notify {
			m.dirty = false
			m.invoker.InvokeUserMessage(drained)
		}
		return
	}
	for m.next < len(m.taken) && !m.urgent.Load() {
		m.current = m.taken[m.next]
		m.taken[m.next] = nil
		m.next++
		m.dirty = true
		m.handled.Add(1)
		m.invoker.InvokeUserMessage(m.current)
		if m.impatient() {
			return // take knows that there is more
		}
	}
}

// order carries out one system message.
func (m *Mailbox) order(message any) {
	switch message.(type) {
	case *actor.SuspendMailbox:
		m.suspend(true)
	case *actor.ResumeMailbox:
		m.suspend(false)
	default:
		m.dirty = true
		m.invoker.InvokeSystemMessage(message)
	}
}

func (m *Mailbox) suspend(yes bool) {
	m.mu.Lock()
	m.suspended = yes
	m.mu.Unlock()
}
