// Package msgtrace notes where one message goes, for whoever asks for that by a header of the message.
//
// It owns [Trace], which is with a message from its parsing to the end of its commit. It promises that
// each step is noted in order, with the reason where somebody did not get the message, and that a trace
// stays below a bound however many subscribers there are. It must not deliver or publish anything: the
// report goes to whoever watches traces.
//
// All methods may be called on a nil Trace, which is that of nearly every message.
package msgtrace
