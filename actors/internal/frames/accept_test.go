package frames_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/frames"
)

// TestAccept: the answer is that of the example in RFC 6455.
func TestAccept(t *testing.T) {
	assert.Equal(t, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", frames.AcceptOf("dGhlIHNhbXBsZSBub25jZQ=="))
}
