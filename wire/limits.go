package wire

// What NATS servers allow if nothing else is configured.
const (
	DefaultMaxControlLine = 4096
	DefaultMaxPayload     = 1 << 20
)

// Limits bounds what a parser accepts, and with that how much its caller has to
// buffer for one command. Limits may be changed between two commands.
type Limits struct {
	// MaxControlLine is the most bytes that the arguments of a command may
	// have, without the operation word, the blanks behind it and the line's
	// end. Zero or less means DefaultMaxControlLine.
	MaxControlLine int
	// MaxPayload is the most bytes that a payload, headers included, may have.
	// Zero means DefaultMaxPayload, less than zero no limit but the nine digits
	// of a size.
	MaxPayload int
}

func (l *Limits) controlLine() int {
	if l.MaxControlLine > 0 {
		return l.MaxControlLine
	}
	return DefaultMaxControlLine
}

// payloadLimit is what tooLarge compares with, if there is a limit.
func (l *Limits) payloadLimit() int {
	if l.MaxPayload > 0 {
		return l.MaxPayload
	}
	return DefaultMaxPayload
}

// tooLarge is written for the usual case, in which one comparison settles it.
func (l *Limits) tooLarge(size uint32) bool {
	return int64(size) > int64(l.MaxPayload) && l.MaxPayload >= 0 && (l.MaxPayload > 0 || size > DefaultMaxPayload)
}
