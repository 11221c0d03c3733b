// Package republish is a tap that publishes what it is told on subjects of the
// broker itself, as the JSON objects that an audit log has as lines, without their
// number and their check.
//
// It owns the subjects: $AUDIT.<account>.<event>, and behind that the subject of a
// message or a subscription. What no client has done has a minus in the place of
// the account. A byte that a token cannot have, or with which it would mean
// something else, is a % and its two hexadecimal digits: $AUDIT.A.SUB.orders.%2A
// tells of a subscription to orders.*. A subject that would become too long is
// left out; the object has it.
//
// It promises to slow nobody: what is published faster than it publishes is a
// record with the event gap, which has the exact count. It must not be told of its
// own messages: it is a part of the broker and seen by no tap, and passes over
// messages on its own subjects, so that nothing
// goes round in circles. Who may subscribe to $AUDIT.> may read who does what, and
// who may publish there in its account may make that up: permissions say who that is.
package republish
