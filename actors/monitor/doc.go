// Package monitor answers by HTTP what the broker is doing: the documents that
// the tools around a NATS server read (/varz, /connz, /subsz and so on, made by
// package documents), and four of Troupe's own: /actorz for the tree of actors,
// /supervisionz for what the supervisors did, /tapz for how the taps are doing, and
// /metrics, the numbers of all of them as Prometheus reads them.
//
// It owns a listener, and must not keep anything else: every answer is asked for anew. It
// promises that no client of the broker is slowed by a scrape. What
// comes in is taken for hostile. A request is parsed before anybody is asked,
// only a few may ask at a time, and a handler that panics answers 500 and is
// seen in the history, while all others go on.
//
// A collector of metrics that panics leaves its metrics out, since the registry runs it on a
// goroutine of its own. If the listener fails, the actor is restarted and opens the address
// again.
//
// Nothing can be changed by it but in the lab, which is closed unless
// Config.Lab opens it, and then answers to this machine only.
package monitor
