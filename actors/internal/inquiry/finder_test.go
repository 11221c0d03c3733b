package inquiry

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/supervisor"
)

// TestMissingAccountsAreBounded: whoever makes up accounts has no more of them remembered than some, and the last one for a while.
func TestMissingAccountsAreBounded(t *testing.T) {
	h := host.New(hclog.NewNullLogger(), func(supervisor.Event) {})
	t.Cleanup(h.System.Shutdown)
	f := NewFinder(&FinderEnv{Host: h}).(*finder)
	for i := range 3*remembered + 1 {
		f.forget(&found{strconv.Itoa(i), errors.New("nobody knows it")})
		assert.LessOrEqual(t, len(f.missing), remembered)
	}
	assert.True(t, f.missing[strconv.Itoa(3*remembered)].After(h.Now().Add(rememberFor-time.Second)))
}
