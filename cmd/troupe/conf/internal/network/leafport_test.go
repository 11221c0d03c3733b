package network_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/conftest"
)

func TestLeafPort(t *testing.T) {
	s, _, err := conftest.Read(t, `accounts { A: {} }
leafnodes {
  listen: "127.0.0.1:7422", advertise: "hub.example:7422", no_advertise: true, min_version: 2.10.0, isolate_leafnode_interest: true, compression: { mode: s2_auto, rtt_thresholds: [1ms, 2ms] }
  authorization { timeout: 3, users: [ { user: a, password: p, account: A }, { user: b, pass: q } ] }
}`)
	require.NoError(t, err)
	assert.Equal(t, &actors.LeafPort{
		Host: "127.0.0.1", Port: 7422, Advertise: "hub.example:7422", NoAdvertise: true, MinVersion: "2.10.0", Isolate: true, Compression: "s2_auto", RTTThresholds: []time.Duration{time.Millisecond, 2 * time.Millisecond}, AuthTimeout: 3 * time.Second,
		Users: []access.LeafUser{{User: access.User{Name: "a", Password: "p"}, Account: "A"}, {User: access.User{Name: "b", Password: "q"}}},
	}, s.Broker.LeafNodes.Listen)

	s, _, err = conftest.Read(t, "accounts { A: {} }\nleafnodes { port: -1, authorization { user: u, password: p, account: A } }")
	require.NoError(t, err)
	assert.Equal(t, []access.LeafUser{{User: access.User{Name: "u", Password: "p"}, Account: "A"}}, s.Broker.LeafNodes.Listen.Users)

	s, _, err = conftest.Read(t, "accounts { A: {} }\nleafnodes { port: -1, authorization { account: A } }")
	require.NoError(t, err)
	assert.Equal(t, "A", s.Broker.LeafNodes.Listen.Account)

	s, warnings, err := conftest.Read(t, "leafnodes { authorization { user: u, password: p } }")
	require.NoError(t, err)
	assert.Nil(t, s.Broker.LeafNodes)
	require.Len(t, warnings, 1)
	assert.ErrorContains(t, warnings[0], "has neither listen nor port")
}

func TestMistakenLeafPort(t *testing.T) {
	for text, want := range map[string]string{
		"leafnodes { port: 70000 }":                                                       `port 70000 is not in -1..65535`,
		"leafnodes { port: 7422, min_version: 2.7.0 }":                                    `the minimum version should be at least 2.8.0`,
		"leafnodes { port: 7422, min_version: new }":                                      `min_version "new" is not like 2.10.0`,
		"leafnodes { port: 7422, advertise: here }":                                       `advertise "here" is not host:port`,
		"leafnodes { port: 7422, authorization { user: u, password: p, account: A } }":    `there is no account "A"`,
		"leafnodes { port: 7422, authorization { account: A } }":                          `there is no account "A"`,
		"leafnodes { port: 7422, authorization { user: u, users: [ { user: v } ] } }":     `can not have a single user/pass and a users array`,
		"leafnodes { port: 7422, authorization { users: [ { user: v }, { user: v } ] } }": `duplicate user "v"`,
		"leafnodes { port: 7422, authorization { password: secret } }":                    `a password needs a user`,
		"leafnodes { port: 7422, authorization { token: secret } }":                       `leaf nodes have a user and a password`,
		"leafnodes { port: 7422, authorization { nkey: secret } }":                        `the nkey is not the public one of a user`,
		"leafnodes { port: 7422, authorization: u }":                                      `needs a block`,
		"leafnodes { port: 7422, tls { cert_file: none, key_file: none } }":               `the certificate cannot be used`,
		"leafnodes { port: 7422, compression: zip }":                                      `compression: "zip" is none of`,
		"leafnodes { port: 7422, colour: red }":                                           `"colour"`,
	} {
		s, _, err := conftest.Read(t, text)
		if err == nil {
			err = s.Broker.Validate()
		}
		require.ErrorContains(t, err, want, text)
		assert.NotContains(t, err.Error(), "secret")
	}
}
