package actors_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/access/callout"
	"github.com/troupe-mq/troupe/actors/access/operator/operatortest"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/report"
)

// called is a broker whose clients are known by a service, and the service.
type called struct {
	broker  *actorstest.Broker
	config  actors.Config
	key     operatortest.Key
	keys    callout.Service
	service *actorstest.Client
}

// calledOut starts a broker with the accounts AUTH, where the service is, and APP.
func calledOut(t *testing.T, edit func(c *actors.Config, s *callout.Service)) *called {
	t.Helper()
	k := &called{key: operatortest.NewKey(t)}
	k.keys.Issuer = k.key.Pair
	k.config = actors.Config{
		NoListen: true, Partitions: 2,
		Accounts: []access.Account{
			{Name: "AUTH", Users: []access.User{{Name: "auth", Password: "a"}, {Name: "near", Password: "n"}}},
			{Name: "APP"},
		},
		AuthCallout: &access.Callout{Issuer: k.key.Public, Account: "AUTH", Users: []string{"auth"}},
	}
	if edit != nil {
		edit(&k.config, &k.keys)
	}
	k.broker = actorstest.Start(t, k.config)
	k.service = k.broker.Client(t)
	k.service.Send(`CONNECT {"verbose":false,"headers":true,"user":"auth","pass":"a"}`, "SUB $SYS.REQ.USER.AUTH 1")
	k.service.Fence()
	return k
}

// comes has somebody present a name and a password.
func (k *called) comes(t *testing.T, user string) *actorstest.Client {
	t.Helper()
	c := k.broker.Client(t)
	c.Send(fmt.Sprintf(`CONNECT {"verbose":false,"user":%q,"pass":"secret"}`, user), "PING")
	return c
}

// question is what the service is asked, and where it is to answer.
func (k *called) question(t *testing.T) (q *jwt.AuthorizationRequestClaims, reply string) {
	t.Helper()
	data, reply, xkey := k.letter(t)
	q, err := k.keys.Open(data, xkey, time.Now())
	require.NoError(t, err)
	return q, reply
}

// letter is one as it comes.
func (k *called) letter(t *testing.T) (data []byte, reply, xkey string) {
	t.Helper()
	words := strings.Fields(k.service.Line())
	require.Contains(t, []string{"MSG", "HMSG"}, words[0])
	require.Equal(t, access.CalloutSubject, words[1])
	size, err := strconv.Atoi(words[len(words)-1])
	require.NoError(t, err)
	text := k.service.Line()
	for len(text) < size {
		text += "\r\n" + k.service.Line()
	}
	if words[0] == "HMSG" {
		head, _ := strconv.Atoi(words[4])
		_, after, _ := strings.Cut(text[:head], callout.XKeyHeader+": ")
		xkey, text = strings.TrimSpace(after), text[head:]
	}
	return []byte(text), words[3], xkey
}

// says answers.
func (k *called) says(reply string, answer []byte) {
	k.service.Write(fmt.Sprintf("PUB %s %d\r\n%s\r\n", reply, len(answer), answer))
}

// user is claims for an account.
func user(account string) *jwt.UserClaims {
	u := jwt.NewUserClaims("x")
	u.Audience = account
	return u
}

func (k *called) admits(t *testing.T, q *jwt.AuthorizationRequestClaims, u *jwt.UserClaims) []byte {
	t.Helper()
	answer, err := k.keys.Admit(q, u)
	require.NoError(t, err)
	return answer
}

// TestCallout: the service is told who asks, and what it signs holds.
func TestCallout(t *testing.T) {
	k := calledOut(t, nil)
	c := k.comes(t, "ann")
	q, reply := k.question(t)
	assert.Equal(t, "ann", q.ConnectOptions.Username)
	assert.Equal(t, "secret", q.ConnectOptions.Password)
	assert.Equal(t, k.broker.ServerID(), q.Server.ID)
	u := user("APP")
	u.Name = "Ann"
	u.Pub.Deny.Add("forbidden")
	k.says(reply, k.admits(t, q, u))
	c.Expect("PONG")
	c.Send("PUB forbidden 0", "")
	c.Expect(`-ERR 'Permissions Violation for Publish to "forbidden"'`)
	page, err := k.broker.Connections(t.Context(), report.ConnectionQuery{})
	require.NoError(t, err)
	i := slices.IndexFunc(page.Connections, func(r *report.Connection) bool { return r.User == "Ann" })
	require.GreaterOrEqual(t, i, 0)
	assert.Equal(t, "APP", page.Connections[i].Account)
}

// TestCalloutKnown: who is on the list of those who come in without it is judged as
// ever, with a wrong password too.
func TestCalloutKnown(t *testing.T) {
	k := calledOut(t, nil)
	c := k.comes(t, "auth")
	c.Expect("-ERR 'Authorization Violation'")
	c.ExpectClosed()
	k.service.Quiet()
}

// TestCalloutIsNobodysElse: beside the service nobody in its account hears what others
// present, or can ask in the broker's place.
func TestCalloutIsNobodysElse(t *testing.T) {
	k := calledOut(t, func(c *actors.Config, _ *callout.Service) { c.AuthCallout.Allowed = []string{"APP"} })
	near := k.broker.Client(t)
	near.Send(`CONNECT {"verbose":false,"user":"near","pass":"n"}`, "SUB > 1", "SUB "+access.CalloutSubject+" 2", "PUB "+access.CalloutSubject+" 0", "")
	near.Expect(`-ERR 'Permissions Violation for Subscription to "$SYS.REQ.USER.AUTH"'`, `-ERR 'Permissions Violation for Publish to "$SYS.REQ.USER.AUTH"'`)
	k.service.Send("PUB "+access.CalloutSubject+" 0", "")
	k.service.Expect(`-ERR 'Permissions Violation for Publish to "$SYS.REQ.USER.AUTH"'`)
	k.comes(t, "ann")
	k.question(t)
	near.Quiet()
}
