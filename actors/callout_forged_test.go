package actors_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access/callout"
	"github.com/troupe-mq/troupe/actors/access/operator/operatortest"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// TestCalloutForged: an answer that is not what it has to be lets nobody in.
func TestCalloutForged(t *testing.T) {
	other := operatortest.NewKey(t)
	sealed, err := nkeys.CreateCurveKeys()
	require.NoError(t, err)
	stranger := callout.Service{Issuer: other.Pair}
	type question = jwt.AuthorizationRequestClaims
	sign := func(s *callout.Service, q question, edit func(q *question), u *jwt.UserClaims) []byte {
		edit(&q)
		answer, err := s.Admit(&q, u)
		require.NoError(t, err)
		return answer
	}
	as := func(edit func(u *jwt.UserClaims)) *jwt.UserClaims {
		u := user("APP")
		edit(u)
		return u
	}
	plain := func(*question) {}
	for _, tt := range []struct {
		name   string
		answer func(k *called, q question) []byte
	}{
		{"signed by a stranger", func(_ *called, q question) []byte { return sign(&stranger, q, plain, user("APP")) }},
		{"about somebody else", func(k *called, q question) []byte {
			pair, _ := nkeys.CreateUser()
			return sign(&k.keys, q, func(q *question) { q.UserNkey, _ = pair.PublicKey() }, user("APP"))
		}},
		{"for another server", func(k *called, q question) []byte {
			pair, _ := nkeys.CreateServer()
			return sign(&k.keys, q, func(q *question) { q.Server.ID, _ = pair.PublicKey() }, user("APP"))
		}},
		{"no account", func(k *called, q question) []byte { return sign(&k.keys, q, plain, user("")) }},
		{"an unknown account", func(k *called, q question) []byte { return sign(&k.keys, q, plain, user("NONE")) }},
		{"in the name of an account", func(k *called, q question) []byte {
			s := k.keys
			s.Account = other.Public
			return sign(&s, q, plain, user("APP"))
		}},
		{"expired", func(k *called, q question) []byte {
			return sign(&k.keys, q, plain, as(func(u *jwt.UserClaims) { u.Expires = time.Now().Unix() - 9 }))
		}},
		{"by another kind of connection", func(k *called, q question) []byte {
			return sign(&k.keys, q, plain, as(func(u *jwt.UserClaims) { u.AllowedConnectionTypes.Add("WEBSOCKET") }))
		}},
		{"from another network", func(k *called, q question) []byte {
			return sign(&k.keys, q, plain, as(func(u *jwt.UserClaims) { u.Src.Add("10.0.0.0/8") }))
		}},
		{"refused", func(k *called, q question) []byte { a, _ := k.keys.Refuse(&q, "no\r\nway"); return a }},
		{"sealed for nobody", func(k *called, q question) []byte {
			a, _ := sealed.Seal(sign(&k.keys, q, plain, user("APP")), k.key.Public)
			return append([]byte("x"), a...)
		}},
		{"empty", func(*called, question) []byte { return nil }},
		{"nonsense", func(*called, question) []byte { return []byte("eyJ.eyJ.x") }},
		{"too long", func(*called, question) []byte { return make([]byte, 512<<10) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := calledOut(t, nil)
			c := k.comes(t, "ann")
			q, reply := k.question(t)
			k.says(reply, tt.answer(k, *q))
			c.Expect("-ERR 'Authorization Violation'")
			c.ExpectClosed()
		})
	}
}

// TestCalloutReplayed: an answer lets in whom it was given for, once.
func TestCalloutReplayed(t *testing.T) {
	k := calledOut(t, nil)
	c := k.comes(t, "ann")
	q, reply := k.question(t)
	answer := k.admits(t, q, user("APP"))
	k.says(reply, answer)
	c.Expect("PONG")
	eve := k.comes(t, "eve")
	_, reply = k.question(t)
	k.says(reply, answer)
	eve.Expect("-ERR 'Authorization Violation'")
	eve.ExpectClosed()
}

// TestCalloutWaits: who is not answered waits alone, and no longer than for a CONNECT.
// What comes too late is nothing.
func TestCalloutWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := calledOut(t, nil)
		slow := k.comes(t, "slow")
		asked, late := k.question(t)
		quick := k.comes(t, "quick")
		q, reply := k.question(t)
		k.says(reply, k.admits(t, q, user("APP")))
		quick.Expect("PONG")
		slow.Quiet()
		actorstest.Advance(t, config.DefaultAuthTimeout+time.Millisecond)
		slow.Expect("-ERR 'Authentication Timeout'")
		actorstest.Advance(t, time.Second)
		slow.ExpectClosed()
		k.says(late, k.admits(t, asked, user("APP")))
		quick.Expect("PING") // as everybody after a while
	})
}

// TestCalloutWithoutService: where nobody answers nobody waits.
func TestCalloutWithoutService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := calledOut(t, nil)
		k.service.Close()
		synctest.Wait() // the broker has seen that the service is gone
		c := k.comes(t, "ann")
		c.Expect("-ERR 'Authorization Violation'")
		c.ExpectClosed()
	})
}
