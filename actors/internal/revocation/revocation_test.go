package revocation_test

import (
	"crypto/tls"
	"crypto/x509"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ocsp"

	"github.com/troupe-mq/troupe/actors/internal/revocation"
	"github.com/troupe-mq/troupe/actors/internal/revocation/revocationtest"
)

// TestStaple: which certificates are stapled, and what becomes of one that is not good.
func TestStaple(t *testing.T) {
	a := revocationtest.New(t)
	must, may := a.Issue(t, "must", true), a.Issue(t, "may", false)
	both := []tls.Certificate{must.Certificate, may.Certificate}
	for mode, stapled := range map[revocation.Mode][2]bool{revocation.Auto: {true, false}, revocation.Must: {true, false}, revocation.Always: {true, true}, revocation.Never: {}} {
		s := &revocation.Stapler{Mode: mode, Issuers: []*x509.Certificate{a.Certificate}}
		got, again, err := s.Staple(t.Context(), both, time.Now())
		require.NoError(t, err)
		for i := range got {
			assert.Equal(t, stapled[i], got[i].OCSPStaple != nil, "%s %d", mode, i)
			assert.Nil(t, both[i].OCSPStaple)
		}
		assert.Equal(t, mode == revocation.Never, again.IsZero())
		if mode != revocation.Never {
			assert.WithinDuration(t, time.Now().Add(30*time.Minute), again, time.Minute)
		}
	}
	s := &revocation.Stapler{Mode: revocation.Auto, Issuers: []*x509.Certificate{a.Certificate}}
	a.Say(must, ocsp.Revoked, time.Hour)
	_, _, err := s.Staple(t.Context(), both, time.Now())
	require.ErrorIs(t, err, revocation.ErrRevoked)
	a.Say(must, ocsp.Good, -time.Minute)
	_, again, err := s.Staple(t.Context(), both, time.Now())
	require.ErrorContains(t, err, "the answer is not of now")
	assert.WithinDuration(t, time.Now().Add(time.Minute), again, 10*time.Second)
	a.Forget(must)
	_, _, err = s.Staple(t.Context(), both, time.Now())
	require.ErrorContains(t, err, "503")
	s.Issuers = nil
	_, _, err = s.Staple(t.Context(), both, time.Now())
	require.ErrorContains(t, err, "the issuer of CN=must is neither behind it")
}

// TestForgedAnswer: one of another authority, or about another certificate, is none.
func TestForgedAnswer(t *testing.T) {
	a, other := revocationtest.New(t), revocationtest.New(t)
	must := a.Issue(t, "must", true)
	other.Issue(t, "same number", true)
	s := &revocation.Stapler{Mode: revocation.Auto, URLs: []string{other.URL}, Issuers: []*x509.Certificate{a.Certificate}}
	_, _, err := s.Staple(t.Context(), []tls.Certificate{must.Certificate}, time.Now())
	require.Error(t, err)
	s.URLs = []string{other.URL, a.URL}
	got, _, err := s.Staple(t.Context(), []tls.Certificate{must.Certificate}, time.Now())
	require.NoError(t, err)
	assert.NotEmpty(t, got[0].OCSPStaple)
}

// TestPeers: clients by what is said of them, and by the rules.
func TestPeers(t *testing.T) {
	a := revocationtest.New(t)
	client := a.Issue(t, "client", false)
	chains := [][]*x509.Certificate{{client.Leaf, a.Certificate}}
	judge := func(r revocation.Rules) *revocation.Peers {
		r.Timeout, r.Unsaid = 10*time.Second, time.Hour
		return revocation.NewPeers(r, time.Now, hclog.NewNullLogger())
	}
	p := judge(revocation.Rules{})
	for range 3 {
		require.NoError(t, p.Check(chains))
	}
	assert.EqualValues(t, 1, a.Asked.Load(), "the answer is remembered")
	forgetful := judge(revocation.Rules{Forget: true})
	for range 3 {
		require.NoError(t, forgetful.Check(chains))
	}
	assert.EqualValues(t, 4, a.Asked.Load())

	a.Say(client, ocsp.Revoked, time.Hour)
	require.NoError(t, p.Check(chains), "until what was said is over")
	require.ErrorIs(t, judge(revocation.Rules{UnknownIsGood: true, AllowUnreachable: true}).Check(chains), revocation.ErrPeer)
	require.NoError(t, judge(revocation.Rules{WarnOnly: true}).Check(chains))
	a.Say(client, ocsp.Unknown, time.Hour)
	require.ErrorIs(t, judge(revocation.Rules{AllowUnreachable: true}).Check(chains), revocation.ErrPeer)
	require.NoError(t, judge(revocation.Rules{UnknownIsGood: true}).Check(chains))
	a.Forget(client)
	require.ErrorIs(t, judge(revocation.Rules{UnknownIsGood: true}).Check(chains), revocation.ErrPeer)
	require.NoError(t, judge(revocation.Rules{AllowUnreachable: true}).Check(chains))
	require.ErrorIs(t, p.Check(nil), revocation.ErrPeer)
	require.NoError(t, (*revocation.Peers)(nil).Check(nil))
}
