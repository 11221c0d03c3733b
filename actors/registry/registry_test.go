package registry_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access/operator/operatortest"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/registry"
)

// realm is a broker whose accounts come from a registry.
type realm struct {
	operator *operatortest.Operator
	system   *operatortest.Account
	tokens   map[string]string // signed once: the same is not saved again
	broker   *actorstest.Broker
	admin    *actorstest.Client
}

// begin starts a broker that knows its system account, and lets in who watches over it.
func begin(t *testing.T, c registry.Config) *realm {
	t.Helper()
	r := &realm{operator: operatortest.NewOperator(t), system: operatortest.NewAccount(t, "SYS")}
	r.operator.Claims.SystemAccount = r.system.Public
	r.tokens = r.operator.Accounts(t, r.system)
	r.start(t, c)
	return r
}

func (r *realm) start(t *testing.T, c registry.Config) {
	t.Helper()
	config := actors.Config{NoListen: true, Partitions: 2, Operators: []string{r.operator.Token(t)}, AccountTokens: r.tokens}
	accounts, err := registry.Open(c, nil)
	require.NoError(t, err)
	_, err = accounts.Fill(t.Context(), &config)
	require.NoError(t, err)
	r.broker = actorstest.Start(t, config)
	require.NoError(t, accounts.Serve(t.Context(), r.broker.Broker))
	r.admin = r.come(t, r.system.User(t, nil))
	r.admin.Expect("PONG")
	r.admin.Send("SUB answer 1")
	r.admin.Fence()
}

// come has a user connect.
func (r *realm) come(t *testing.T, u *operatortest.User) *actorstest.Client {
	t.Helper()
	c := r.broker.Client(t)
	_, nonce, _ := strings.Cut(c.Info, `"nonce":"`)
	nonce, _, _ = strings.Cut(nonce, `"`)
	c.Send(`CONNECT {"verbose":false,"jwt":"`+u.Token+`","sig":"`+u.Sign(t, nonce)+`"}`, "PING")
	return c
}

// ask has the admin ask for something, and returns the answer.
func (r *realm) ask(t *testing.T, subject, data string) string {
	t.Helper()
	r.admin.Send("PUB "+subject+" answer "+strconv.Itoa(len(data)), data)
	require.Contains(t, r.admin.Line(), "MSG answer 1 ")
	return r.admin.Line()
}

const update = "$SYS.REQ.CLAIMS.UPDATE"

// TestPush: what is pushed is on the disk and in force; what is not sound, not signed, or older
// than what is in force changes nothing.
func TestPush(t *testing.T) {
	dir := t.TempDir()
	r := begin(t, registry.Config{Dir: dir, AllowDelete: true})
	a := operatortest.NewAccount(t, "A")
	user := a.User(t, nil)
	r.come(t, user).Expect("-ERR 'Authorization Violation'")
	token := a.SignedBy(t, r.operator.Key)
	assert.Contains(t, r.ask(t, update, token), `"code":200,"message":"jwt updated"`)
	c := r.come(t, user)
	c.Expect("PONG")
	saved, err := os.ReadFile(filepath.Join(dir, a.Public+".jwt"))
	require.NoError(t, err)
	assert.Equal(t, token, string(saved))

	assert.Contains(t, r.ask(t, update, "x"), "not the token of an account")
	assert.Contains(t, r.ask(t, update, a.SignedBy(t, operatortest.NewOperator(t).Key)), "not signed by an operator that is trusted")
	other := operatortest.NewAccount(t, "B").SignedBy(t, r.operator.Key)
	assert.Contains(t, r.ask(t, "$SYS.REQ.ACCOUNT."+a.Public+".CLAIMS.UPDATE", other), `"code":500`)

	assert.Contains(t, r.ask(t, "$SYS.REQ.CLAIMS.LIST", ""), a.Public)
	assert.Equal(t, token, r.ask(t, "$SYS.REQ.ACCOUNT."+a.Public+".CLAIMS.LOOKUP", ""))

	assert.Contains(t, r.ask(t, "$SYS.REQ.CLAIMS.DELETE", deletion(t, a.Key, a.Public)), "not trusted")
	assert.Contains(t, r.ask(t, "$SYS.REQ.CLAIMS.DELETE", deletion(t, r.operator.Key, r.system.Public)), "not allowed to delete system account")
	assert.Contains(t, r.ask(t, "$SYS.REQ.CLAIMS.DELETE", deletion(t, r.operator.Key, a.Public)), "deleted 1 accounts")
	c.Expect("-ERR 'Authorization Violation'")
	assert.NoFileExists(t, filepath.Join(dir, a.Public+".jwt"))
}

// deletion is an order to delete an account.
func deletion(t *testing.T, by operatortest.Key, account string) string {
	t.Helper()
	claims := jwt.NewGenericClaims(by.Public)
	claims.Data["accounts"] = []string{account}
	token, err := claims.Encode(by.Pair)
	require.NoError(t, err)
	return token
}

// TestReplayedToken: a token from before a revocation is not believed again.
func TestReplayedToken(t *testing.T) {
	r := begin(t, registry.Config{Dir: t.TempDir()})
	a := operatortest.NewAccount(t, "A")
	old := a.SignedBy(t, r.operator.Key)
	issued, err := jwt.DecodeAccountClaims(old)
	require.NoError(t, err)
	for issued.IssuedAt == time.Now().Unix() { // tokens tell seconds apart
		<-time.After(20 * time.Millisecond)
	}
	user := a.User(t, nil)
	a.Claims.RevokeAt(user.Public, time.Now().Add(time.Second))
	assert.Contains(t, r.ask(t, update, a.SignedBy(t, r.operator.Key)), "jwt updated")
	assert.Contains(t, r.ask(t, update, old), "a newer token of the account is in force")
	r.come(t, user).Expect("-ERR 'Authorization Violation'")
}

// TestCrash: what is left of a crash in the middle of a write is no account, and is cleared.
func TestCrash(t *testing.T) {
	dir := t.TempDir()
	r := begin(t, registry.Config{Dir: dir})
	a := operatortest.NewAccount(t, "A")
	require.Contains(t, r.ask(t, update, a.SignedBy(t, r.operator.Key)), "jwt updated")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "unfinished-1"), []byte("eyJ"), 0o600))
	damaged := operatortest.NewAccount(t, "B")
	require.NoError(t, os.WriteFile(filepath.Join(dir, damaged.Public+".jwt"), []byte("eyJ"), 0o600))
	r.start(t, registry.Config{Dir: dir})
	assert.NoFileExists(t, filepath.Join(dir, "unfinished-1"))
	r.come(t, a.User(t, nil)).Expect("PONG")
	r.come(t, damaged.User(t, nil)).Expect("-ERR 'Authorization Violation'")
}

// TestFullDirectory: one account too many is refused, and those that are there stay.
func TestFullDirectory(t *testing.T) {
	r := begin(t, registry.Config{Dir: t.TempDir(), Limit: 1}) // the system account
	assert.Contains(t, r.ask(t, update, operatortest.NewAccount(t, "A").SignedBy(t, r.operator.Key)), "the limit of accounts is reached")
	assert.Contains(t, r.ask(t, update, r.system.SignedBy(t, r.operator.Key)), "jwt updated")
}

// TestServer: an account is asked for when a user of it comes, with those that it imports from,
// and one that nobody knows is not asked for again at once.
func TestServer(t *testing.T) {
	tokens := map[string]string{}
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		account := strings.TrimPrefix(r.URL.Path, "/accounts/")
		asked = append(asked, account)
		if tokens[account] == "" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(tokens[account]))
	}))
	t.Cleanup(server.Close)
	r := begin(t, registry.Config{Type: registry.Remote, URL: server.URL + "/accounts"})
	a, b, forged := operatortest.NewAccount(t, "A"), operatortest.NewAccount(t, "B"), operatortest.NewAccount(t, "C")
	b.Claims.Exports.Add(&jwt.Export{Subject: "s", Type: jwt.Stream})
	a.Claims.Imports.Add(&jwt.Import{Account: b.Public, Subject: "s", Type: jwt.Stream})
	tokens[a.Public], tokens[b.Public] = a.SignedBy(t, r.operator.Key), b.SignedBy(t, r.operator.Key)
	tokens[forged.Public] = forged.SignedBy(t, operatortest.NewOperator(t).Key)
	c := r.come(t, a.User(t, nil))
	c.Expect("PONG")
	c.Send("SUB s 1", "PING")
	c.Expect("PONG")
	from := r.come(t, b.User(t, nil))
	from.Expect("PONG")
	from.Send("PUB s 0", "")
	c.Expect("MSG s 1 0", "")
	assert.Equal(t, []string{a.Public, b.Public}, asked)
	asked = nil
	for range 3 {
		r.come(t, forged.User(t, nil)).Expect("-ERR 'Authorization Violation'")
	}
	assert.Equal(t, []string{forged.Public}, asked)
}
