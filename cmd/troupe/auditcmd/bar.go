package auditcmd

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/troupe-mq/troupe/cmd/troupe/logging"
)

// barAfter is how long something takes before a bar shows how far it is.
const barAfter = time.Second

// bar shows on a terminal how far something is that takes long.
type bar struct {
	out   io.Writer // nil: it is no terminal
	what  string
	began time.Time
	shown *progressbar.ProgressBar // nil: not yet
}

func newBar(out io.Writer, what string) *bar {
	b := &bar{what: what, began: time.Now()}
	if logging.IsTerminal(out) {
		b.out = out
	}
	return b
}

// tell is told how many bytes of how many are done.
func (b *bar) tell(done, total int64) {
	if b.out == nil || b.shown == nil && time.Since(b.began) < barAfter {
		return
	}
	if b.shown == nil {
		b.shown = progressbar.NewOptions64(total, progressbar.OptionSetWriter(b.out), progressbar.OptionSetDescription(b.what),
			progressbar.OptionShowBytes(true), progressbar.OptionSetWidth(30), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish())
	}
	b.shown.ChangeMax64(total)
	_ = b.shown.Set64(done) // nobody needs a bar that cannot be drawn
}

// done takes the bar away.
func (b *bar) done() {
	if b.shown != nil {
		_ = b.shown.Clear() // as above
	}
}
