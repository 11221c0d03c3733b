package sys

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/client"
)

// TestSumsAreBounded: who asks for one sum too many is not answered, and is counted.
func TestSumsAreBounded(t *testing.T) {
	s := &serving{sums: newSums()}
	for len(s.sums.open) < mayGather {
		s.sums.open[string(rune(len(s.sums.open)))] = &sum{}
	}
	s.gather(nil, &partly{})
	assert.Len(t, s.sums.open, mayGather)
	assert.Equal(t, 1, s.requests.forget())
	assert.False(t, s.heard(&client.Message{Subject: "$SYS.REQ.SERVER.PING"}))
	assert.True(t, s.heard(&client.Message{Subject: s.sums.inbox + "unknown"}), "an answer that comes too late is for nobody")
}
