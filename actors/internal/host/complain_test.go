package host_test

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/host"
)

// What is held back is counted, and told when its period is over, or at the end.
func TestAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		h := host.New(hclog.New(&hclog.LoggerOptions{Output: &out, DisableTime: true}), nil)
		out.Reset()
		flood := func(n int) (passed int) {
			for range n {
				if h.Allowed(hclog.Error, "cause", h.Now()) {
					passed++
				}
			}
			return passed
		}
		assert.Equal(t, 5, flood(12))
		assert.True(t, h.Allowed(hclog.Error, "another", h.Now()))
		<-time.After(10 * time.Second)
		synctest.Wait()
		assert.Equal(t, "[ERROR] cause: 7 more like this in 10s\n", out.String())
		out.Reset()

		<-time.After(10 * time.Second)
		synctest.Wait()
		assert.Empty(t, out.String(), "nothing was held back")
		assert.Equal(t, 5, flood(8))
		<-time.After(2 * time.Second)
		h.Conclude()
		assert.Equal(t, "[ERROR] cause: 3 more like this in 2s\n", out.String())
		h.Conclude()
		<-time.After(time.Minute)
		synctest.Wait()
		assert.Equal(t, "[ERROR] cause: 3 more like this in 2s\n", out.String(), "nothing is told twice")
	})
}
