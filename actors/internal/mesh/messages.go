package mesh

import (
	"github.com/troupe-mq/troupe/actors/internal/members"
	"github.com/troupe-mq/troupe/actors/internal/peer"
)

// What the roster is told.
type (
	introduced struct {
		of     *route
		id     uint64 // of the connection
		said   greeting
		answer func(*peer.Judged)
	}
	proved struct { // introduced whose password was compared
		*introduced
		ok bool
	}
	informed struct {
		of     *route
		info   members.Info
		json   []byte
		from   peer.Announced
		answer func(*peer.Judged)
	}
	came struct{ of *route }
	went struct {
		of  *route
		end peer.End
	}
	minute   struct{}
	change   struct{}
	lameDuck struct{}
)

// IgnoreDeadLetterLogging keeps them out of the log: what a route tells may come when the roster has gone.
func (*introduced) IgnoreDeadLetterLogging() {}
func (*proved) IgnoreDeadLetterLogging()     {}
func (*informed) IgnoreDeadLetterLogging()   {}
func (*came) IgnoreDeadLetterLogging()       {}
func (*went) IgnoreDeadLetterLogging()       {}
func (*minute) IgnoreDeadLetterLogging()     {}
func (*change) IgnoreDeadLetterLogging()     {}
func (*lameDuck) IgnoreDeadLetterLogging()   {}
