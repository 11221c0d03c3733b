package listener

import (
	"bytes"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	v2TCP4 = signature + "\x21\x11\x00\x0c\xc0\x00\x02\x07\x7f\x00\x00\x01\x10\x00\x10\x7e"
	v2TCP6 = signature + "\x21\x21\x00\x24\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x07" +
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x10\x00\x10\x7e"
)

// TestProxyHeader: a header is read to its last byte and no further, however it comes.
func TestProxyHeader(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"version 1", "PROXY TCP4 192.0.2.7 127.0.0.1 4096 4222\r\n", "192.0.2.7:4096"},
		{"version 1, IPv6", "PROXY TCP6 2001:db8::7 ::1 4096 4222\r\n", "[2001:db8::7]:4096"},
		{"version 1, unknown", "PROXY UNKNOWN\r\n", ""},
		{"version 1, unknown, with more", "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", ""},
		{"version 2", v2TCP4, "192.0.2.7:4096"},
		{"version 2, IPv6", v2TCP6, "[2001:db8::7]:4096"},
		{"version 2, with more", strings.Replace(v2TCP4, "\x00\x0c", "\x00\x0f", 1) + "\x04\x00\x00", "192.0.2.7:4096"},
		{"version 2, by itself", signature + "\x20\x00\x00\x00", ""},
		{"version 2, unix", signature + "\x21\x31\x00\x02ab", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := bytes.NewReader([]byte(tt.text + "CONNECT"))
			from, err := readProxyHeader(iotest.OneByteReader(in))
			require.NoError(t, err)
			assert.Equal(t, len("CONNECT"), in.Len())
			if tt.want == "" {
				assert.Nil(t, from)
				return
			}
			assert.Equal(t, tt.want, from.String())
		})
	}
	for _, text := range []string{
		"CONNECT {}\r\nPING\r\n",
		"PROXY TCP4 192.0.2.7 127.0.0.1 4096\r\n",
		"PROXY TCP4 2001:db8::7 ::1 4096 4222\r\n",
		"PROXY TCP4 192.0.2.7 127.0.0.1 65536 4222\r\n",
		"PROXY TCP4 192.0.2.7 127.0.0.1 4096 4222\n",
		"PROXY UDP4 192.0.2.7 127.0.0.1 4096 4222\r\n",
		"PROXY TCP4 " + strings.Repeat("1", 200) + "\r\n",
		signature + "\x31\x11\x00\x00", signature + "\x22\x11\x00\x00", signature + "\x21\x11\x00\x04abcd", signature + "\x21\x11\xff\xff",
	} {
		_, err := readProxyHeader(strings.NewReader(text))
		assert.ErrorIs(t, err, errProxyHeader, "%q", text)
	}
}

// FuzzProxyHeader: no bytes break it, and it never reads more than a header may have.
func FuzzProxyHeader(f *testing.F) {
	for _, text := range []string{v2TCP4, v2TCP6, "PROXY TCP4 192.0.2.7 127.0.0.1 4096 4222\r\n", "PROXY UNKNOWN\r\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in := bytes.NewReader(data)
		from, err := readProxyHeader(in)
		if err != nil && from != nil {
			t.Fatal("an address of no header")
		}
		if read := len(data) - in.Len(); read > longestV2+16 {
			t.Fatal("too much was read:", read)
		}
	})
}
