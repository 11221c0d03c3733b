// Package documents makes what a broker says about itself, in the form that the
// tools around a NATS server read: Varz, Connz, Subsz and so on, with the same
// names and types. It knows no way by which anybody asks: package monitor answers
// HTTP with them, package sys the requests of the system account.
//
// It owns the names and the types of these documents. It promises that a document has the
// fields that such tools expect, also about features that are not here, which are then empty.
// It must not change anything in the broker.
//
// Nothing is kept but the load of the process, and whether the broker was well when
// it was last looked at: each document is asked for anew.
// Options are taken as they come; limits are cut to what a page may be.
package documents
