package wire

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDecodePlainReadsWhatClientsSend keeps the quick way from being lost: the
// answer would be the same without it.
func TestDecodePlainReadsWhatClientsSend(t *testing.T) {
	for _, arg := range []string{
		`{"verbose":false,"pedantic":false,"tls_required":false,"name":"n","lang":"go","version":"1.55.0","protocol":1,"echo":true,"headers":true,"no_responders":true}`,
		`{"verbose":false,"pedantic":false,"lang":"raw","version":"1","protocol":1,"headers":true,"no_responders":true}`,
		`{"auth_token":"t","user":"u","pass":"p"}`,
	} {
		c := DefaultConnect()
		require.True(t, c.decodePlain([]byte(arg)), arg)
	}
}

func FuzzDecodePlainEqualsGeneral(f *testing.F) {
	for _, arg := range []string{
		`{}`, `{"verbose":true}`, `{"verbose":true,}`, `{"verbose":true}x`, `{"verbose" :true}`, `{"protocol":01}`, `{"protocol":9}`,
		`{"name":"a","name":"b"}`, `{"name":"a\"b"}`, `{"name":true}`, `{"Verbose":false}`, `{"other":1}`, `{"verbose":true`, `{,}`, `null`,
	} {
		f.Add([]byte(arg))
	}
	f.Fuzz(func(t *testing.T, arg []byte) {
		plain, general := DefaultConnect(), DefaultConnect()
		if !plain.decodePlain(arg) {
			return
		}
		require.NoError(t, json.Unmarshal(arg, &general))
		require.Equal(t, general, plain)
	})
}
