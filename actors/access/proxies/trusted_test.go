package proxies_test

import (
	"encoding/base64"
	"testing"

	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access/proxies"
)

func TestTrusted(t *testing.T) {
	pair, err := nkeys.CreateServer()
	require.NoError(t, err)
	name, err := pair.PublicKey()
	require.NoError(t, err)
	seed, err := pair.Seed()
	require.NoError(t, err)
	sig, err := pair.Sign([]byte("nonce"))
	require.NoError(t, err)
	signed := base64.RawURLEncoding.EncodeToString(sig)
	_, err = proxies.New([]string{string(seed)})
	require.ErrorIs(t, err, proxies.ErrKey)

	nobody, err := proxies.New(nil)
	require.NoError(t, err)
	assert.False(t, nobody.Any())
	assert.Empty(t, nobody.By("nonce", signed))
	assert.False(t, nobody.Trusts(name))
	all, err := proxies.New([]string{"ABJHLOVMPA4CI6R5KLNGOB4GSLNIY7IOUPAJC4YFNDLQVIOBYQGUWVLA", name})
	require.NoError(t, err)
	assert.True(t, all.Any())
	assert.True(t, all.Trusts(name))
	assert.Equal(t, name, all.By("nonce", signed))
	forged := "A" + signed[1:]
	if forged == signed {
		forged = "B" + signed[1:]
	}
	for _, tt := range [][2]string{{"other", signed}, {"", signed}, {"nonce", ""}, {"nonce", "x"}, {"nonce", forged}} {
		assert.Empty(t, all.By(tt[0], tt[1]))
	}
}
