package wire_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/wire"
)

func TestErrorLines(t *testing.T) {
	tests := []struct {
		err    *wire.Error
		lines  string
		closes bool
	}{
		{wire.ErrUnknownOp, "-ERR 'Unknown Protocol Operation'\r\n-ERR 'Parser Error'\r\n", true},
		{wire.ErrParser, "-ERR 'Parser Error'\r\n", true},
		{wire.ErrMaxPayload, "-ERR 'Maximum Payload Violation'\r\n", true},
		{wire.ErrMaxControlLine, "-ERR 'maximum control line exceeded'\r\n", true},
		{wire.ErrAuthorization, "-ERR 'Authorization Violation'\r\n", true},
		{wire.ErrAuthTimeout, "-ERR 'Authentication Timeout'\r\n", true},
		{wire.ErrStaleConnection, "-ERR 'Stale Connection'\r\n", true},
		{wire.ErrSlowConsumerPending, "-ERR 'Slow Consumer'\r\n", true},
		{wire.ErrMaxConnections, "-ERR 'maximum connections exceeded'\r\n", true},
		{wire.ErrClientProtocol, "-ERR 'invalid client protocol'\r\n", true},
		{wire.ErrNoRespondersHeaders, "-ERR 'no responders requires headers support'\r\n", true},
		{wire.ErrInvalidSubject, "-ERR 'Invalid Subject'\r\n", false},
		{wire.ErrInvalidPublishSubject, "-ERR 'Invalid Publish Subject'\r\n", false},
		{wire.ErrMaxSubscriptions, "-ERR 'maximum subscriptions exceeded'\r\n", false},
		{wire.ErrInternal, "-ERR 'Internal Error'\r\n", false},
		{wire.PublishDenied("no.a"), "-ERR 'Permissions Violation for Publish to \"no.a\"'\r\n", false},
		{wire.PublishDenied("a\"\\\a\x00\xffé"), `-ERR 'Permissions Violation for Publish to "a\"\\\a\x00\xffé"'` + "\r\n", false},
		{wire.ReplyDenied("_R_.x"), "-ERR 'Permissions Violation for Publish with Reply of \"_R_.x\"'\r\n", false},
		{wire.SubscribeDenied("a.>", ""), "-ERR 'Permissions Violation for Subscription to \"a.>\"'\r\n", false},
		{wire.SubscribeDenied("a", "q"), "-ERR 'Permissions Violation for Subscription to \"a\" using queue \"q\"'\r\n", false},
		{wire.SubscriptionRemoved("a", "", "1"), "-ERR 'Permissions Violation for Subscription to \"a\" (sid \"1\")'\r\n", false},
		{wire.SubscriptionRemoved("a", "q", "1"), "-ERR 'Permissions Violation for Subscription to \"a\" using queue \"q\" (sid \"1\")'\r\n", false},
		{wire.TooManyTokens("a.b.c.d"), "-ERR 'Permissions Violation for Subscription to \"a.b.c.d\", too many tokens'\r\n", false},
	}
	for _, tt := range tests {
		t.Run(tt.err.Text, func(t *testing.T) {
			assert.Equal(t, tt.lines, tt.err.Lines)
			assert.Equal(t, tt.closes, tt.err.Closes)
			assert.Equal(t, tt.closes, tt.err.Reason != "", "a connection that is closed has a reason, others have none")
			assert.Equal(t, "-ERR '"+tt.err.Error()+"'\r\n", tt.err.Line())
			assert.True(t, strings.HasPrefix(tt.err.Lines, tt.err.Line()))
		})
	}
}

func TestParserErrorsCarryTheirFate(t *testing.T) {
	var e *wire.Error
	require.ErrorAs(t, parse("GET /").err, &e)
	assert.Same(t, wire.ErrUnknownOp, e)
}

func TestOpNames(t *testing.T) {
	assert.Equal(t, "PUB", wire.OpPub.String())
	assert.Equal(t, "-ERR", wire.OpErr.String())
	assert.Equal(t, "none", wire.OpNone.String())
	assert.Equal(t, "invalid", wire.Op(200).String())
}
