package outbox

import "time"

// Watch is told what becomes of a message that a Deliver has among others. It is called on whatever goroutine that happens.
type Watch interface {
	// Taken is told that the receiver has the message in its outbox.
	Taken(at time.Time)
	// Ended is told that the transport has taken the message, or that it was dropped. It is called once.
	Ended(at time.Time, written bool)
}

// Watch has w told of the message that was appended last.
func (d *Deliver) Watch(w Watch) { d.watches = append(d.watches, w) }

// Watch has w told of the message that was appended last, which is taken by that.
func (o *Outbox) Watch(w Watch) {
	w.Taken(time.Now())
	o.Queue[len(o.Queue)-1].Watch(w)
}

// Taken tells those who watch that the receiver has got the piece.
func (d *Deliver) Taken() {
	for _, w := range d.watches {
		w.Taken(time.Now())
	}
}

// end tells those who watch what has become of the piece.
func (d *Deliver) end(written bool) {
	for _, w := range d.watches {
		w.Ended(time.Now(), written)
	}
	d.watches = nil
}

// Move has those who watch d watch to instead, which has the messages of d from now on.
func (d *Deliver) Move(to *Deliver) {
	to.watches = append(to.watches, d.watches...)
	d.watches = nil
}
