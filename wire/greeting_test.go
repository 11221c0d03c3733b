package wire_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/wire"
)

func TestGreetingSaysWhatInfoSays(t *testing.T) {
	common := wire.Info{ServerID: "N1", ServerName: "a \"name\"", Version: "2.12.0", Proto: 1, Headers: true, MaxPayload: 99}
	for name, p := range map[string]wire.Personal{
		"nobody":    {},
		"client":    {ClientID: 7, ClientIP: "::1"},
		"connected": {ClientID: 1 << 60, ClientIP: `odd"ip`, Nonce: "abc", Connected: true, RemoteAccount: "$G"},
	} {
		t.Run(name, func(t *testing.T) {
			want := common
			want.ClientID, want.ClientIP, want.Nonce = p.ClientID, p.ClientIP, p.Nonce
			want.ConnectInfo, want.RemoteAccount = p.Connected, p.RemoteAccount
			line := string(wire.NewGreeting(&common).Append(nil, p))
			text, ok := strings.CutSuffix(line, " \r\n")
			require.True(t, ok, line)
			var got wire.Info
			require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(text, "INFO ")), &got))
			require.Equal(t, want, got)
		})
	}
}
