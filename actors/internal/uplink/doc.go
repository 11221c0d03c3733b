// Package uplink keeps links to hubs: servers whose leaf node this broker is.
//
// A remote may be the other way round, where only this broker can dial: then it is the hub, and the link is one to a leaf node in all
// but who has dialed ([Remote]).
//
// It owns, for each remote, one actor that dials, shakes hands, hands the connection over, and dials
// again when it has ended, for ever. It promises that a link which cannot be made is tried again with
// patience, that it follows the addresses which a hub tells, that whoever watches is told of each link
// that comes and goes, and that nothing of a remote is left when it has been removed. It must not
// carry a message: the link itself is a connection actor (package connection).
//
// # Who decides what
//
// [Links] is the set of remotes, by owner: the configuration is one, an engine that the broker runs
// is another. Each has its own, and exchanges them as a whole ([Links.Apply]). A remote that has not
// changed keeps its link.
//
// What goes over a link may be compressed, if the hub can and one of the two wants to (compress). Then the hub is told how in an
// INFO, says its own once more, and what comes behind is compressed.
//
// # A crash
//
// The link and the actor that keeps it end each other. A link that crashes is a link that has ended.
// An actor that crashes closes the link that it had, and its successor makes another.
package uplink
