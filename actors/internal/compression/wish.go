package compression

import (
	"slices"
	"time"
)

// Wish is what a server wants of compression. Thresholds are for [Auto]; nil for the usual ones.
type Wish struct {
	Mode       Mode
	Thresholds Thresholds
}

// Terms are how a server compresses what it sends. With Thresholds it is as the round trip suggests, from then on.
type Terms struct {
	Mode       Mode
	Thresholds Thresholds
}

// Same reports whether two wishes lead to the same.
func (w Wish) Same(o Wish) bool { return w.Mode == o.Mode && slices.Equal(w.Thresholds, o.Thresholds) }

// Meet is what becomes of a wish with a server that has said what it wants, and is that far away.
func (w Wish) Meet(theirs Mode, rtt time.Duration) (Terms, error) {
	m, err := Agree(w.Mode, theirs)
	if err != nil || m != Auto {
		return Terms{Mode: m}, err
	}
	t := w.Thresholds
	if t == nil {
		t = DefaultThresholds
	}
	return Terms{Mode: t.Of(rtt), Thresholds: t}, nil
}

// Said is what the other server is told of what was agreed on.
func (w Wish) Said(agreed Mode) Mode {
	if w.Mode == Auto {
		return Auto
	}
	return agreed
}
