// Package link turns the bytes of a link between two servers into commands, and interest and
// messages into bytes. A link is a leaf node connection or a route.
//
// It owns the spelling of both: LS+ LS- LMSG, RS+ RS- RMSG, and HMSG in each of its forms. It
// promises what package wire promises: any bytes, cut anywhere, give the same commands as the
// whole, and parsing and encoding allocate nothing. It must not judge what it reads, and it knows
// no account, no subscription and no connection.
//
// # Dialects
//
// A [Dialect] says which words stand where. On a leaf link nothing names an account, because the
// link belongs to one. A route names the account behind the verb. A route that belongs to one
// account ([RouteOfAccount]) leaves the name out again. On both kinds of routes, LS+, LS- and LMSG
// carry the cluster of the leaf node that the command comes from ([Command.Origin]).
//
// # Messages
//
// A message has one of four forms between its subject and its sizes:
//
//	LMSG subject size                 for whoever wants the subject, but queue groups
//	LMSG subject reply size           the same, with a reply
//	LMSG subject | q1 q2 size         for them, and for these queue groups
//	LMSG subject + reply q1 q2 size   the same, with a reply
//
// HMSG has two sizes: that of the headers, and that of all. What stands behind the subject in the
// first two forms is what stands behind the sid in a MSG, byte for byte ([Command.Tail]). So a
// message travels from client to link to client and is never spelled anew.
package link
