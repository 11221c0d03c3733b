package actors_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// TestImportsThatOverlap: a message that many imports match, account after account, is
// carried out in so many of them, and no more.
func TestImportsThatOverlap(t *testing.T) {
	var accounts []access.Account
	for i := range 4 {
		a := tenant(string(rune('A' + i)))
		for k := range 10 {
			subject := strings.Repeat("*.", k) + ">"
			a.Exports = append(a.Exports, access.Export{Service: subject})
			if i > 0 {
				a.Imports = append(a.Imports, access.Import{Account: accounts[i-1].Name, Service: subject})
			}
		}
		accounts = append(accounts, a)
	}
	log := &journal{}
	broker := actorstest.Start(t, actors.Config{Accounts: accounts, Logger: log.logger()})
	d := as(t, broker, "D", "D")
	d.Send("PUB a.b.c.d.e.f.g.h.i.j.k.l 0", "", "PUB a.b.c.d.e.f.g.h.i.j.k.l 0", "")
	d.Fence()
	assert.EqualValues(t, 2, settled(t, broker.Broker).NoInterest)
	assert.Contains(t, log.String(), "a message goes through too many accounts")
}
