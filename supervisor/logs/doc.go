// Package logs is what is between actors that may fail without end and the log that is told of it.
//
// It owns two things: the bridges between hclog and slog, by which the actor framework logs
// ([SlogHandler], [HclogLogger]); and the counting of what is held back, a [Limiter] for one owner
// and a [Throttle] in front of a log for many goroutines. It promises that what is held back is
// counted and told, and that the causes which it tells apart take bounded memory, whoever makes
// them up. It does not know why anything is logged.
package logs
