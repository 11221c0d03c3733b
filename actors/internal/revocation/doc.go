// Package revocation is what the authorities of certificates say of them now, by OCSP (RFC 6960).
//
// It owns the question and the answer, what is stapled to the broker's own certificates ([Stapler]), and what is remembered of
// those of clients ([Peers]). It promises that an answer counts only if the authority has signed it, for that certificate, and
// only for as long as it says; that what is remembered is bounded; and that whoever waits for an authority holds nobody up
// but itself. It must not know a listener: which certificates there are is told by whoever loads them.
package revocation
