package supervisor

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// Spec describes one child of a group.
type Spec struct {
	Name   string // within the group; made up if empty
	Role   string // what kind of thing it is, for people
	Policy Policy // the group's policy if its Kind is empty
	Props  *actor.Props

	// Before is called right before the child is made, each time, in the group's own mailbox; it may be nil. Children that
	// share their Props are told by it what they are to be. Its panic is the child's.
	Before func()

	// Describes says that the child answers Describe with a Node of its own, as a group does.
	Describes bool

	// Gauge looks at the child's mailbox; it may be nil, and may return nil as long as there is nothing to see.
	Gauge func() Gauge
}

// Message is all that a group can be sent.
type Message interface{ toGroup() }

// Spawn asks a group for one more child. Requested, it is answered with the *actor.PID or an error; merely sent, it is
// not answered, and an error becomes a Failed event.
type Spawn struct{ Spec Spec }

// Remove asks a group to stop a child for good, whatever its policy, and to forget it. Requested, it is answered with
// the child's *actor.PID, or ErrNoChild.
type Remove struct {
	Name string
	Gone bool // the answer comes when the child is gone, and its name is free; not for a Temporary child
}

// Describe asks a group for its Node. Those of its children that describe themselves are asked in turn, all at once
// and without holding up the group.
type Describe struct {
	Limit int           // of children listed per group; 0 means 20, a negative number all
	Wait  time.Duration // for the children's answers; 0 means one second
}

// due says that a back-off is over. Turn tells an outdated one.
type due struct {
	group *group // the instance that waits: after a restart it is another
	child *child // nil: the whole group
	turn  uint64
}

// overdue says that a child which failed while stopping should be gone by now.
type overdue struct{ pid *actor.PID }

func (Spawn) toGroup()    {}
func (Remove) toGroup()   {}
func (Describe) toGroup() {}
func (due) toGroup()      {}
func (overdue) toGroup()  {}
