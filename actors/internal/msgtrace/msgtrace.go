package msgtrace

import (
	"cmp"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/wire/tracing"

	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// Why somebody did not get a message, in nats-server's words.
const (
	NoEcho       = "Not delivered because of no echo"
	NotPermitted = "Not delivered because publish denied for this subject"
	SubDenied    = "Not delivered because subscription denies this subject"
	SubClosed    = "Not delivered because subscription is closed"
	SubExceeded  = "Not delivered because auto-unsubscribe exceeded"
	TooLarge     = "Not delivered because it is larger than the max_payload of the server"
	Dropped      = "Not delivered because it was dropped on its way"
	NotOverLink  = "Not delivered because remote does not support message tracing"
)

// ErrOnly is about a message that is sent to see which way it would go. To deliver it would be what its sender must be able to
// count out. It is no mistake, and is answered as any other message is.
var ErrOnly = &wire.Error{Text: "Message Only Traced"}

// mostBytes bounds the texts of one trace, and stepBytes is what a step takes beside its own.
const (
	mostBytes = 128 << 10
	stepBytes = 160
)

// Trace is the trace of one message. A nil Trace is none.
type Trace struct {
	Report  report.Trace
	Only    bool   // nobody is to get the message
	hidden  bool   // nobody who gets it is to be named
	skips   bool   // the next one is not
	pattern string // of the next one, where that is not what it has subscribed to
	bytes   int
	routed  time.Time
	ways    []*Way
	open    atomic.Int32 // ways that have not ended, and one for the commit
	told    sync.Once
	desk    *Desk
	waits   bool // it is among the unsettled
}

// Begin is the trace of a message that comes in. first is its coming in.
func Begin(r tracing.Request, account string, size int, first report.TraceStep) *Trace {
	first.Kind, first.Account = report.TraceIn, account
	t := &Trace{Only: r.Only, Report: report.Trace{
		Account: account, Dest: r.Dest, Sampled: r.Sampled, Header: r.Header, Size: size, Steps: []report.TraceStep{first},
	}}
	t.open.Store(1)
	return t
}

// Refuse notes that the message is not carried out.
func (t *Trace) Refuse(why string) {
	if t != nil {
		t.Report.Steps[0].Error = why
	}
}

// Map notes another subject that the message has from now on.
func (t *Trace) Map(to []byte, now time.Time) {
	if t != nil {
		t.add(report.TraceStep{Kind: report.TraceMapping, Time: now, To: string(to)})
	}
}

// Import notes that the message is a request to a service of another account, under the subject to there.
func (t *Trace) Import(account, from, to string, now time.Time) {
	if t != nil {
		t.add(report.TraceStep{Kind: report.TraceImport, Time: now, Account: account, From: from, To: to})
	}
}

// Export notes that the message is seen in another account, as a stream that it imports. The Out that follows is noted if
// that is allowed there, with the pattern by which the stream is imported.
func (t *Trace) Export(account, pattern string, to []byte, allowed bool, now time.Time) {
	if t != nil {
		t.skips, t.pattern = !allowed, pattern
		t.add(report.TraceStep{Kind: report.TraceExport, Time: now, Account: account, To: string(to)})
	}
}

// Hide has the trace not say who gets the message from now on, or say it again: those of another account are not to be
// seen where that does not allow it.
func (t *Trace) Hide(hide bool) {
	if t != nil {
		t.hidden = hide
	}
}

// Out notes that a client is to get the message, or why not. way is what is told how it gets there; nil if nobody wants to
// know.
func (t *Trace) Out(s *interest.Subscription, why string, now time.Time) (way *Way) {
	if t == nil {
		return nil
	}
	skips, pattern := t.skips, t.pattern
	t.skips, t.pattern = false, ""
	if skips || t.hidden {
		return nil
	}
	s = s.Owner()
	step := report.TraceStep{
		Kind: report.TraceOut, Time: now, CID: s.To.ID, Subscription: cmp.Or(pattern, s.Subject()), Queue: s.Queue(), Error: why,
	}
	if in := s.To.Account.Name; in != t.Report.Account {
		step.Account = in
	}
	return t.out(step)
}

// OutToServer notes that a server is to get the message, or why not. way is that of Out.
func (t *Trace) OutToServer(to *interest.Target, hop, why string, now time.Time) (way *Way) {
	if t == nil || t.hidden {
		return nil
	}
	link := report.LeafLink
	if to.Kind == interest.Route {
		link = report.RouteLink
	}
	return t.out(report.TraceStep{Kind: report.TraceOut, Time: now, Link: link, CID: to.ID, Hop: hop, Error: why})
}

// out adds the step of a receiver.
func (t *Trace) out(s report.TraceStep) (way *Way) {
	if !t.add(s) || t.Only || s.Error != "" {
		return nil
	}
	return t.way()
}

// IsTold reports whether the trace is published, so that those of other servers are to be told from it.
func (t *Trace) IsTold() bool { return t != nil && t.Report.Dest != "" }

// Hop is how the message is marked for the next server that it is sent to.
func (t *Trace) Hop() string {
	t.Report.Hops++
	hop := strconv.Itoa(t.Report.Hops)
	if before := t.Report.Header[tracing.Hop]; len(before) > 0 {
		return before[0] + "." + hop
	}
	return hop
}

// add notes a step, if there is room for it.
func (t *Trace) add(s report.TraceStep) (there bool) {
	t.bytes += stepBytes + len(s.Subscription) + len(s.Queue) + len(s.From) + len(s.To) + len(s.Account)
	if t.bytes > mostBytes {
		t.Report.LeftOut++
		return false
	}
	t.Report.Steps = append(t.Report.Steps, s)
	return true
}
