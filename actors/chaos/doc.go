// Package chaos proves that what goes wrong with one does not go wrong for
// another: clients and partitions are crashed, stopped reading, flooded and
// lied to, while a healthy crowd is watched for what it loses and how long it
// waits.
//
// It owns the proof of the broker's claim that one failure costs one client. It promises that
// every test is bounded in time and judges against a quiet phase of the same run. It must not be
// imported: it holds nothing but tests.
//
//   - crashes: a connection or a partition panics again and again;
//   - readers: somebody subscribes and never reads;
//   - floods: commands begun and never finished, the longest subjects, a
//     hundred thousand subscriptions dropped at once;
//   - strangers: garbage, and clients that come only to go;
//   - handshakes: TLS that is begun and left at that;
//   - taps and actors of others that panic, hang, leak and flood, and audit logs
//     that nobody reads;
//   - reloads, a hundred of them, and a lame duck that everybody has to leave;
//   - accounts: two that use the same subjects, and somebody in the system's who
//     asks for everything.
//
// The broker is a process of its own, the test binary started once more, so
// that its memory, its descriptors and its fate are told apart from the
// clients'. Load goes over loopback TCP and every test is bounded in time.
//
// Without a build tag the tests run in a short form that checks what must hold
// on any machine, however busy. With the tag chaos they run at full length and
// judge latencies and rates as well, always against a quiet phase of the same
// run. Each logs its figures, so that the output is a table.
package chaos
