// Package endpoints is the ways into a broker: its addresses, and what needs none.
//
// It owns the [Set] of them: which addresses the configuration asks for, how each is opened, the
// certificates that each shows, and what INFO says to those who come by it. It promises that a
// broker opens every address or none, that an address in use is an error of the start, and that a
// reload decides about all certificates and has opened all addresses before anything changes. It must not know a
// connection or the tree: whoever comes in is the business of package listener.
//
// # Two ways without an address
//
// Clients of this process come by [Set.Inside], and actors that are clients by [Set.Residents]. They
// are told what everybody is told, and are never encrypted.
//
// # Opened first, announced later
//
// [Set.Open] takes the addresses, and [Set.Announce] says what is asked of clients there: who is told
// of a port has to know it, and a reload announces anew what is open already. Between the two nobody
// is served, since there is no listener.
//
// # Another address
//
// A [Change] opens what is new while the old addresses are served, and closes those only when it is in force: there is always
// one where clients come in. Where the new address is one that an old way has, the old one is closed first, and opened again if
// the new one is not to be had. A way whose address stays keeps its socket. Who has come in is not concerned: the endpoint of a
// way is the same at each address.
package endpoints
