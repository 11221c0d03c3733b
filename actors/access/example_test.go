package access_test

import (
	"fmt"
	"log"

	"github.com/troupe-mq/troupe/actors/access"
)

func Example() {
	gate, err := access.New(access.Policy{Users: []access.User{{
		Name: "ann", Password: "secret",
		Permissions: &access.Permissions{Publish: access.Rules{Allow: []string{"orders.>"}, Deny: []string{"orders.archive.>"}}},
	}}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(gate.Claim(access.Credentials{User: "ann", Password: "guess"}).Holds() != nil)

	ann := gate.Claim(access.Credentials{User: "ann", Password: "secret"}).Holds()
	for _, subject := range []string{"orders.new", "orders.archive.old", "prices"} {
		fmt.Println(ann.Name, subject, ann.Rights.MayPublish([]byte(subject)))
	}

	// Output:
	// false
	// ann orders.new true
	// ann orders.archive.old false
	// ann prices false
}
