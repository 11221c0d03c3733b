package actors_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/report"
)

// TestWhoHasTriedToComeIn: of a client that is refused the log and /connz say whom it has
// named, and what it calls itself, and never its secret.
func TestWhoHasTriedToComeIn(t *testing.T) {
	const key = "UBHDODHUWATHAPWM4B666GTI3OYEHV4VDY2WFDTQOWCSMDANAITXRP4W"
	token := func(claims string) string {
		return "eyJ0." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c2VjcmV0"
	}
	for name, tt := range map[string]struct {
		config            actors.Config
		says, tried, line string
	}{
		"user":      {actors.Config{User: "root", Password: "r"}, `"user":"joe","pass":"secret"`, "joe", "user=joe"},
		"long":      {actors.Config{User: "root", Password: "r"}, `"user":"` + strings.Repeat("x", 3000) + `","pass":"secret"`, strings.Repeat("x", 128) + "…", "xxx…"},
		"lines":     {actors.Config{User: "root", Password: "r"}, `"user":"a\nb","pass":"secret"`, "a\nb", `user=a\nb`},
		"a hash":    {actors.Config{User: "root", Password: hash(t, "r")}, `"user":"root","pass":"secret"`, "root", "user=root"},
		"nkey":      {actors.Config{Users: []access.User{{NKey: key}}}, `"nkey":"` + key + `","sig":"secret"`, key, "user=" + key},
		"token":     {actors.Config{Token: "t"}, `"auth_token":"secret"`, "a token", `user="a token"`},
		"JWT":       {actors.Config{User: "root", Password: "r"}, `"jwt":"` + token(`{"sub":"`+key+`"}`) + `"`, key, "user=" + key},
		"no JWT":    {actors.Config{User: "root", Password: "r"}, `"jwt":"secret"`, "a token that cannot be read", "cannot be read"},
		"odd JWT":   {actors.Config{User: "root", Password: "r"}, `"jwt":"` + token(`{"sub":"secret"}`) + `"`, "a token that cannot be read", "cannot be read"},
		"nothing":   {actors.Config{User: "root", Password: "r"}, `"pass":"secret"`, "", ""},
		"an old ac": {actors.Config{User: "root", Password: "r"}, `"account":"A","user":"joe","pass":"secret"`, "joe", "user=joe"},
	} {
		t.Run(name, func(t *testing.T) {
			log := &journal{}
			tt.config.Logger = log.logger()
			b := actorstest.Start(t, tt.config)
			c := b.Client(t)
			c.Send(`CONNECT {"name":"app","lang":"go","version":"1",` + tt.says + `}`)
			c.Expect("-ERR 'Authorization Violation'")
			c.ExpectClosed()
			at := lastClosed(t, b)
			assert.Equal(t, tt.tried, at.Tried)
			assert.Equal(t, []string{"app", "go", "1"}, []string{at.Name, at.Lang, at.Version})
			assert.Empty(t, at.User)
			assert.Contains(t, log.String(), tt.line)
			assert.Contains(t, log.String(), "name=app")
			assert.NotContains(t, log.String()+at.Tried, "secret")
		})
	}
}

// lastClosed is the last connection that has ended.
func lastClosed(t *testing.T, b *actorstest.Broker) *report.Connection {
	t.Helper()
	var page report.ConnectionPage
	require.Eventually(t, func() (some bool) {
		var err error
		page, err = b.Connections(t.Context(), report.ConnectionQuery{State: report.ClosedConnections})
		require.NoError(t, err)
		return len(page.Connections) == 1
	}, time.Minute, time.Millisecond)
	return page.Connections[0]
}

// TestTriedIsOver: who comes in after all has tried nothing; who says CONNECT again in vain has.
func TestTriedIsOver(t *testing.T) {
	b := actorstest.Start(t, actors.Config{User: "root", Password: "r"})
	c := as(t, b, "root", "r")
	page, err := b.Connections(t.Context(), report.ConnectionQuery{})
	require.NoError(t, err)
	assert.Empty(t, page.Connections[0].Tried)
	c.Send(`CONNECT {"user":"admin","pass":"x"}`)
	c.Expect("-ERR 'Authorization Violation'")
	c.ExpectClosed()
	at := lastClosed(t, b)
	assert.Equal(t, []string{"root", "admin"}, []string{at.User, at.Tried})
}

// TestTimeOutIsTold: nobody has named anybody.
func TestTimeOutIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{User: "root", Password: "r"})
		c := b.Client(t)
		actorstest.Advance(t, 3*time.Second)
		c.Expect("-ERR 'Authentication Timeout'")
		c.ExpectClosed()
		actorstest.Advance(t, time.Second)
		at := lastClosed(t, b)
		assert.Empty(t, at.Tried)
		assert.Equal(t, report.AuthenticationTimeout, at.Reason)
	})
}
