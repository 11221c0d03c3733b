package groupcommit

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/tap"
)

// A store that fails, and works again, is among the events of supervision, for each
// outage once.
func TestOutagesAreEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{verdicts: make(chan error, 100)}
		b := actorstest.Start(t, actors.Config{}, actors.WithTap(
			tap.Spec{Name: "test", Feeds: tap.Commands},
			Producer(Config{Name: "test", Store: s, Page: func() Page { return new(sheet) }})))
		c := b.Client(t)
		opens := func(err error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.openErr = err
		}
		opens(errors.New("no disk"))
		s.verdicts <- errors.New("no space left")
		c.Send("PUB a 0", "")
		actorstest.Advance(t, time.Minute)
		c.Send("PUB b 0", "")
		actorstest.Advance(t, time.Minute)
		opens(nil)
		for range 10 {
			s.verdicts <- nil
		}
		actorstest.Advance(t, time.Minute)
		events, err := b.History(t.Context(), 100)
		require.NoError(t, err)
		var told []string
		for _, e := range events {
			if strings.HasSuffix(e.Path, "/test") && e.Reason != "" {
				told = append(told, e.Role+" "+e.String())
			}
		}
		assert.Equal(t, []string{
			"tap troupe/taps/test writing again (2 records were lost)",
			"tap troupe/taps/test failing to write (no space left)",
		}, told)
	})
}
