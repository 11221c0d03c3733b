// Package front is an HTTP server for the people around a broker, as a service of
// it: an actor under monitor/ in the tree, whose address is opened again when it
// is lost, and which is closed when it is stopped.
//
// It owns the listener and the bounds of what clients may take. It promises that
// nobody keeps others from being answered. It must not know what is served. Everybody is
// let in, and where a bound is met, the one who meets it most pays:
//
//   - Connections are bounded in number (crowd). One more than that closes one of
//     the address that has most: the one that has waited longest and asked nothing.
//   - An answer is written to memory first, and sent when it is whole. The memory of
//     all answers is bounded (budget). What is too much takes it from the answer that
//     is large and has stood still for long, and its connection is closed.
//   - Whoever reads nothing for a while is closed (guest). Who reads slowly but
//     steadily may take as long as that takes.
//   - A body is short, and read before anybody is asked (body).
//   - Work that takes a processor is done at Places, a few at a time. One address
//     never has all of them. A place is for the work: nobody holds one while bytes
//     come in or go out.
package front
