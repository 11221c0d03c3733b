package doorkeeper_test

import (
	"errors"
	"testing"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/access/callout"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/doorkeeper"
	"github.com/troupe-mq/troupe/supervisor"
)

// guarded is a broker with a doorkeeper that judges like this.
func guarded(t *testing.T, judge func(q *jwt.AuthorizationRequestClaims) (*jwt.UserClaims, error)) *actorstest.Broker {
	t.Helper()
	key, err := nkeys.CreateAccount()
	require.NoError(t, err)
	issuer, err := key.PublicKey()
	require.NoError(t, err)
	return actorstest.Start(t, actors.Config{
		NoListen: true, Partitions: 2,
		Users:       []access.User{{Name: "door", Password: "d"}},
		AuthCallout: &access.Callout{Issuer: issuer, Account: "$G", Users: []string{"door"}},
	}, actors.WithActor(actors.ActorSpec{Name: "doorkeeper", Produce: doorkeeper.New(doorkeeper.Config{
		User: "door", Service: callout.Service{Issuer: key}, Judge: judge, Report: func(string, *supervisor.Crash) {},
	})}))
}

func comes(t *testing.T, b *actorstest.Broker, name string) *actorstest.Client {
	t.Helper()
	c := b.Client(t)
	c.Send(`CONNECT {"verbose":false,"user":"`+name+`"}`, "PING")
	return c
}

// TestJudgements: what is judged holds, and neither an error nor a panic lets anybody in. One
// that takes long holds up no other.
func TestJudgements(t *testing.T) {
	release := make(chan struct{})
	b := guarded(t, func(q *jwt.AuthorizationRequestClaims) (*jwt.UserClaims, error) {
		user := jwt.NewUserClaims(q.UserNkey)
		user.Audience = "$G"
		switch q.ConnectOptions.Username {
		case "slow":
			<-release
		case "nobody":
			return nil, errors.New("unknown")
		case "nothing":
			return nil, nil
		case "panic":
			panic("at the door")
		}
		return user, nil
	})
	slow := comes(t, b, "slow")
	for _, name := range []string{"nobody", "nothing", "panic"} {
		c := comes(t, b, name)
		c.Expect("-ERR 'Authorization Violation'")
		c.ExpectClosed()
	}
	comes(t, b, "ann").Expect("PONG")
	close(release)
	slow.Expect("PONG")
}
