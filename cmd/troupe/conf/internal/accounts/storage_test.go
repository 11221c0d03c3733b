package accounts_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/conftest"
)

func TestStorageOfAccounts(t *testing.T) {
	s, _, err := conftest.Read(t, `accounts { A { jetstream: enabled }, B { jetstream: off }, C { jetstream {
		mem: 1, max_file: 2K, streams: 3, consumers: 4, max_ack_pending: 5, mem_max_stream_bytes: 6, disk_max_stream_bytes: 7, max_bytes: true } } }`)
	require.NoError(t, err)
	var got []*access.Storage
	for _, a := range s.Broker.Accounts {
		got = append(got, a.Storage)
	}
	assert.Equal(t, []*access.Storage{access.Unlimited(), nil, {
		MaxMemory: 1, MaxFile: 2000, MaxStreams: 3, MaxConsumers: 4, MaxAckPending: 5,
		MemoryMaxStreamBytes: 6, FileMaxStreamBytes: 7, MaxBytesRequired: true,
	}}, got)
}
