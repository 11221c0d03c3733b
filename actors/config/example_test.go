package config_test

import (
	"fmt"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/config"
)

// All that is wrong is said at once.
func ExampleConfig_Validate() {
	c := config.Config{MaxPayload: 2 << 20, MaxPending: 1 << 20, Users: []access.User{{Name: "ann", Password: "secret"}}, Token: "t"}
	fmt.Println(c.Validate())

	// Output:
	// max_payload (2097152) cannot be higher than max_pending (1048576)
	// a token and a list of users cannot both be required
}
