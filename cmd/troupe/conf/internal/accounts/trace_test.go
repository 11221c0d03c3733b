package accounts_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/conftest"
)

func TestTracesOfAccounts(t *testing.T) {
	s, _, err := conftest.Read(t, `accounts {
		A { msg_trace: td, exports: [ {service: s, allow_trace: true} ] }
		B { msg_trace { dest: td, sampling: "25%" }, imports: [ {service: {account: A, subject: s}} ] }
		C { msg_trace { dest: td, sampling: 5 } } }`)
	require.NoError(t, err)
	var got []access.Trace
	for _, a := range s.Broker.Accounts {
		got = append(got, a.Trace)
	}
	assert.Equal(t, []access.Trace{{Dest: "td", Sampling: 100}, {Dest: "td", Sampling: 25}, {Dest: "td", Sampling: 5}}, got)
	assert.True(t, s.Broker.Accounts[0].Exports[0].AllowTrace)

	for text, want := range map[string]string{
		`"a.*"`:                        `"a.*" is no subject for traces`,
		`{ sampling: 50 }`:             `traces need a subject that they go to`,
		`{ dest: td, sampling: "0%" }`: `0% is no share of the messages: 1% to 100%`,
		`{ dest: td, colour: 1 }`:      `unknown field "colour"`,
	} {
		_, _, err := conftest.Read(t, "accounts { A {\n msg_trace: "+text+" } }")
		require.ErrorContains(t, err, "t.conf:2:", text)
		assert.ErrorContains(t, err, want, text)
	}
}
