package access

import (
	"fmt"

	"github.com/troupe-mq/troupe/topics"
)

// Trace is where an account has the traces of those of its messages sent that are part of a trace outside, by the header
// traceparent of W3C Trace Context. The zero Trace is nowhere.
type Trace struct {
	Dest     string // a subject of the account
	Sampling int    // of a hundred such messages so many are traced here; 0 is all
}

// Validate says what is wrong with it.
func (t *Trace) Validate() error {
	switch {
	case t.Dest == "" && t.Sampling != 0:
		return fmt.Errorf("traces need a subject that they go to")
	case t.Dest != "" && !topics.ValidSubject([]byte(t.Dest)):
		return fmt.Errorf("%q is no subject for traces: %s", t.Dest, topics.Flaw(t.Dest, false))
	case t.Sampling < 0 || t.Sampling > 100:
		return fmt.Errorf("sampling of traces %d%% is not in 0..100%%", t.Sampling)
	}
	return nil
}
