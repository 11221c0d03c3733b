package sys

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/internal/fair"
)

// TestSumsAreBounded: who asks for most pays where too many wait, with the sum that has waited for longest.
func TestSumsAreBounded(t *testing.T) {
	x := newSums()
	for i := range mayGather {
		by := fair.Owner{Client: 1}
		if i%8 == 0 {
			by.Client = uint64(2 + i)
		}
		x.open[strconv.Itoa(i)] = &sum{by: by, number: uint64(i)}
	}
	assert.Equal(t, "1", x.excess())
	delete(x.open, "1")
	assert.Equal(t, "2", x.excess())
}

// TestLateAnswers: an answer of a server that comes too late is for nobody.
func TestLateAnswers(t *testing.T) {
	s := &serving{sums: newSums()}
	assert.False(t, s.heard(&client.Message{Subject: "$SYS.REQ.SERVER.PING"}))
	assert.True(t, s.heard(&client.Message{Subject: s.sums.inbox + "unknown", Data: []byte("7")}))
	s.sums.open["x"] = &sum{total: &counted{}, missing: 3}
	for _, text := range []string{"7", "-1", "9999999999"} {
		s.heard(&client.Message{Subject: s.sums.inbox + "x", Data: []byte(text), Header: client.Header{silentConnections: {text}}})
		s.sums.open["x"].missing = 3
	}
	assert.Equal(t, 7, s.sums.open["x"].total.n)
	assert.Equal(t, silence{connections: 7}, s.sums.open["x"].total.silent)
}
