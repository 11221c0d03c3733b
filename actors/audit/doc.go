// Package audit is a tap that writes down who did what: JSON lines in files that nobody can alter
// without being found out.
//
// It owns the files of a log: their rotation, retention and repair, and the reading and verifying
// of them. Their lines are made by internal/page, and what holds these together is internal/chain.
// It promises that a batch is taken when it is where Config.Sync says, and that a log whose
// process was killed goes on behind the last whole line. It does not decide what happened; the
// broker's taps tell it.
//
// # Configuration
//
// A program adds the log with Tap and actors.WithTap. The troupe process has the flag --audit, which is
// the safe choice: publishers wait until the log is on the disk, so +OK and PONG mean that a
// message is audited, also when the process is killed. A block in the configuration file has more
// to choose:
//
//	audit {
//	  file: /var/log/troupe/audit.log
//	  policy: drop            # or block: drop slows nobody, and what is missing is counted in the log
//	  sync: interval          # or always, none; interval: 100ms
//	  payload: sha256         # or none, length, all, or a number of bytes
//	  subjects: ["orders.>"]
//	  sign: /etc/troupe/audit.nk
//	  max_size: 100MB, max_age: 24h, compress: true
//	  keep { count: 30, age: 720h }
//	  republish: true         # or a prefix, or { prefix: …, account: …, user: … }; with a file or without
//	}
//
// # Lines
//
// Each line is a JSON object that ends with its check, "crc", the CRC-32C of all bytes before
// `,"crc":` in eight hexadecimal digits. There are four kinds.
//
// A record begins with its number, n, which goes up by one through all segments:
//
//	{"n":17,"seq":4,"time":"2026-11-23T03:04:05.123456Z","cid":7,"user":"ann","account":"A","addr":"10.0.0.9:4711",
//	 "event":"PUB","subject":"orders.new","size":16,"copies":1,"crc":"5d3f0a11"}
//
// (on one line). What it does not have is left out. seq counts what the connection has done. The
// events are PUB, SUB, UNSUB, connected, authenticated, auth_failed, evicted, disconnected,
// supervision, tap_added, tap_removed, lame_duck, and two that tell of records that are not there:
// gap, of what was lost, and refused, of what could not be written and was answered with an error;
// both have count, from and to. Outcomes are accepted, no_interest, denied and refused; a message
// that has copies instead has been delivered. Text that is not UTF-8 goes under its key with 64
// behind it, as base64: "subject64", "payload64".
//
// A segment is the first line of each file. It has the number of the segment, of the next record
// ("first"), of the oldest segment that has not been removed, and the file and the last seal's
// hash of the segment before.
//
// A seal ends each group of lines that were written at once. It has the number of the last record
// and the hash. "closed" says that the log goes on in another file. "sig" is the signature.
//
// Repaired says what a start has found behind the last seal: so many bytes that were no whole
// record, and to which file they were moved; and so many whole records that stay, "unproven", with
// their numbers and the chain's hash behind them.
//
// # What the seals prove
//
// A seal's hash is made of the seal's hash before and of all lines in between; package
// internal/chain says how. It proves any accident, and any change of a line, of the order of lines
// or of segments, by somebody who does not write all seals behind it anew. The check names the
// line; who changes that too is found by the seal, which names the lines of its group. Without a
// signature, somebody who may write the files can write everything anew from some place on, and
// that is found only by a hash that was noted elsewhere (VerifyOptions.Seal). With one, that takes
// the key; but groups can still be cut off at the end of the live segment, and only a noted hash
// tells. A key is for one log: what it has signed of one can be put in the place of another. The
// key is on the machine of the broker: it does not help against whoever has that machine while the
// broker runs.
//
// # What has no seal
//
// A line's check is no proof, since anybody can write one. So nothing is vouched for that has no
// seal. Records are written together with their seal, and acknowledged when both are written: a
// crash leaves without one only what nobody was told is in the log. But what it leaves looks like
// what somebody has put there while the broker was down. A start therefore neither drops such
// records nor takes them for its own. It keeps them, and a line behind them says so, which is
// sealed and signed with them and stays for ever: that they were found is proven, and what they
// say is not. Verify reports them, with their numbers (Report.Repairs), and what has no seal yet
// (Report.Unsealed); Read marks them (Entry.Unproven). Neither is an error, since crashes happen;
// Report.Doubtful is for those to whom it is one.
//
// A start removes or goes on with nothing because of a line without a seal. The first line of a
// segment, which says what has been removed by right, counts with its seal only. Behind a seal
// that is not signed with its key a start writes nothing, and is an error: no crash leaves that,
// and the records may have been acknowledged before the key was given. To give a log another key,
// move its files away.
//
// Instead, each line could have a MAC by a secret that is made of the key, so that a start could
// tell its own lines from others. That was not done: it would vouch for nothing but lines which
// nobody was promised, only the holder of the secret could check it, and it would hash every line
// in full, which the tape is there to avoid.
//
// # Files
//
// audit.log is the live segment. When it is closed it is called audit-20261123T030405Z-000001.log:
// when, and its number; .gz if it is compressed. How old it is follows from what is sealed in it
// and not from its name. audit.log.torn-20261123T030405Z is the end of a line that a crash cut
// off, and whatever else was behind the last seal and no record.
//
// The log may be a pipe or a device, which is written to as it is. Each time that somebody begins
// to read, a segment begins; when the broker is started anew, a log.
package audit
