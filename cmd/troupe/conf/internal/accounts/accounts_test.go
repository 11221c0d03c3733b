package accounts_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/conftest"
)

// TestKeyOfAnAccount: an account may have a key also where nobody signs anything.
func TestKeyOfAnAccount(t *testing.T) {
	const key = "ABJHLOVMPA4CI6R5KLNGOB4GSLNIY7IOUPAJC4YFNDLQVIOBYQGUWVLA"
	_, _, err := conftest.Read(t, "accounts { A { nkey: "+key+" } }")
	require.NoError(t, err)
	_, _, err = conftest.Read(t, "accounts { A { nkey: SAANDL } }")
	require.EqualError(t, err, `t.conf:1:16: "nkey": the key is not the public one of an account, which begins with A`)
}

// TestMappingsByCluster: a destination may be for the servers of one cluster.
func TestMappingsByCluster(t *testing.T) {
	s, _, err := conftest.Read(t, "mappings { a: [ { destination: b, weight: 100%, cluster: east }, { destination: c, weight: 100% } ] }")
	require.NoError(t, err)
	assert.Equal(t, []access.Mapping{{Source: "a", Destinations: []access.Destination{{Subject: "b", Weight: 100, Cluster: "east"}, {Subject: "c", Weight: 100}}}}, s.Broker.Mappings)
}
