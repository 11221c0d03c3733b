package documents

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/report"
)

func TestUptime(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", -time.Hour: "0s", 59 * time.Second: "59s", time.Minute: "1m0s", 3*time.Hour + 4*time.Second: "3h0m4s",
		24 * time.Hour: "1d0h0m0s", 26*time.Hour + 3*time.Minute + 4*time.Second: "1d2h3m4s", 366 * 24 * time.Hour: "1y1d0h0m0s",
	} {
		assert.Equal(t, want, uptime(d), "%v", d)
	}
}

func TestRoundTrip(t *testing.T) {
	assert.Empty(t, roundTrip(0))
	assert.Equal(t, "246µs", roundTrip(246_789))
	assert.Equal(t, "1.5ms", roundTrip(1_500_000))
}

func TestSubszPage(t *testing.T) {
	for _, tt := range []struct{ offset, limit, wantOffset, wantLimit int }{
		{0, 0, 0, report.DefaultPage},
		{-1, -1, 0, report.DefaultPage},
		{3, 5, 3, 5},
		{math.MaxInt, math.MaxInt, math.MaxInt, report.MaxPage},
		{math.MinInt, math.MinInt, 0, report.DefaultPage},
	} {
		got := SubszOptions{Offset: tt.offset, Limit: tt.limit}.page()
		assert.Equal(t, SubszOptions{Offset: tt.wantOffset, Limit: tt.wantLimit}, got)
	}
}

func TestTradeOfAccounts(t *testing.T) {
	assert.Equal(t, []Export{
		{Subject: "s.>", Type: "stream", Approved: []string{"B"}},
		{Subject: "r", Type: "service", ResponseType: "Singleton"},
		{Subject: "c", Type: "service", ResponseType: "Chunked"},
	}, exports([]access.Export{
		{Stream: "s.>", Private: true, Accounts: []string{"B"}}, {Service: "r"}, {Service: "c", Responses: access.Chunked},
	}))
	assert.Equal(t, []Import{
		{Subject: "s.>", Account: "A", Local: "p.s.>", Type: "stream"},
		{Subject: "r", Account: "A", To: "my.r", Local: "my.r", Type: "service"},
		{Subject: "c", Account: "A", To: "c", Local: "c", Type: "service"},
	}, imports([]access.Import{
		{Account: "A", Stream: "s.>", Prefix: "p"}, {Account: "A", Service: "r", To: "my.r"}, {Account: "A", Service: "c"},
	}))
}
