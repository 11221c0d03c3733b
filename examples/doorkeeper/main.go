// Doorkeeper lets clients in whom a table of SQLite knows. An actor in the broker is asked
// about each client; what it signs is who the client is and what it may do.
//
//	go run ./examples/doorkeeper
//
// The table could be anybody's: it is asked anew for each client that comes.
package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
	_ "modernc.org/sqlite" // the driver

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/access/callout"
	"github.com/troupe-mq/troupe/actors/doorkeeper"
)

const table = `CREATE TABLE users (name TEXT PRIMARY KEY, secret BLOB, subject TEXT);
INSERT INTO users VALUES ('ann', x'2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90', 'orders.>')` // sha256("alice")

// judge says who a client is by the table.
func judge(db *sql.DB) func(q *jwt.AuthorizationRequestClaims) (*jwt.UserClaims, error) {
	return func(q *jwt.AuthorizationRequestClaims) (*jwt.UserClaims, error) {
		shown := sha256.Sum256([]byte(q.ConnectOptions.Password))
		var subject string
		err := db.QueryRow(`SELECT subject FROM users WHERE name = ? AND secret = ?`, q.ConnectOptions.Username, shown[:]).Scan(&subject)
		if err != nil {
			return nil, errors.New("no such user, or another password")
		}
		user := jwt.NewUserClaims(q.UserNkey)
		user.Name, user.Audience = q.ConnectOptions.Username, access.GlobalAccount
		user.Pub.Allow.Add(subject)
		return user, nil
	}
}

func main() {
	db, err := sql.Open("sqlite", ":memory:")
	must(err)
	db.SetMaxOpenConns(1) // each connection would have a memory of its own
	_, err = db.Exec(table)
	must(err)
	key, err := nkeys.CreateAccount()
	must(err)
	issuer, err := key.PublicKey()
	must(err)
	b, err := actors.Start(context.Background(), actors.Config{
		Host: "127.0.0.1", Port: -1,
		Accounts:    []access.Account{{Name: "AUTH", Users: []access.User{{Name: "door", Password: "no one needs it"}}}},
		AuthCallout: &access.Callout{Issuer: issuer, Account: "AUTH", Users: []string{"door"}},
	}, actors.WithActor(actors.ActorSpec{Name: "doorkeeper", Produce: doorkeeper.New(doorkeeper.Config{
		User: "door", Service: callout.Service{Issuer: key}, Judge: judge(db),
	})}))
	must(err)
	for _, password := range []string{"alice", "eve"} {
		nc, err := nats.Connect(b.ClientURL(), nats.UserInfo("ann", password), nats.Timeout(5*time.Second))
		fmt.Printf("ann with %q: %v\n", password, err)
		if err == nil {
			nc.Close()
		}
	}
	must(b.Stop(context.Background()))
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
