package callout_test

import (
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/access/callout"
)

// FuzzLetters: no bytes break either side, and none that were not signed are believed.
func FuzzLetters(f *testing.F) {
	issuer, _ := nkeys.CreateAccount()
	public, _ := issuer.PublicKey()
	curve, _ := nkeys.CreateCurveKeys()
	xkey, _ := curve.PublicKey()
	keys, err := callout.NewKeys()
	if err != nil {
		f.Fatal(err)
	}
	sealed := callout.Service{Issuer: issuer, XKey: curve}
	q, err := keys.Ask(&access.Callout{Issuer: public, Account: "A", XKey: xkey}, &jwt.AuthorizationRequest{}, time.Now().Add(time.Hour))
	if err != nil {
		f.Fatal(err)
	}
	asked, err := sealed.Open(q.Data, q.XKey, time.Now())
	if err != nil {
		f.Fatal(err)
	}
	refusal, _ := sealed.Refuse(asked, "no")
	f.Add(q.Data)
	f.Add(refusal)
	f.Add([]byte("eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ.e30.x"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if claims, err := keys.Read(q, data, func(key string) bool { return key == public }); err == nil {
			t.Fatal("believed:", claims)
		}
		if open, err := sealed.Open(data, q.XKey, time.Now()); err == nil && open.Issuer != keys.ID {
			t.Fatal("a question of nobody")
		}
	})
}
