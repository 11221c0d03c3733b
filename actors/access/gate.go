package access

import (
	"cmp"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nkeys"
	"golang.org/x/crypto/bcrypt"

	"github.com/troupe-mq/troupe/actors/access/certificate"
)

// Gate tells whom credentials belong to. A nil Gate is open.
type Gate struct {
	single   *entrant // the one user, or the token; nil if there is neither
	token    bool     // single is a token
	users    map[string]*entrant
	keys     map[string]*entrant
	stranger *entrant   // who presents nothing, nil if nobody may
	asks     bool       // clients are told that they need credentials even if there is a stranger
	decoy    string     // a hash that is compared for a name that nobody has
	mapped   []string   // the kinds of connection where a certificate says who somebody is
	titled   []*entrant // those who have a distinguished name, in the order of the policy
	signed   Authority  // who knows users by their tokens; nil if they are on a list
	sourced  bool       // accounts may come that signed does not know
	web      *Gate      // for who comes by WebSocket; nil: as elsewhere
	leaf     *Gate      // for leaf nodes; nil: as for clients
	leafIn   string     // the account of leaf nodes where nobody needs credentials
	callout  *Callout   // who is asked about others than it names; nil: nobody
}

// entrant is one who may come in.
type entrant struct {
	Identity

	secret  string
	synonym *string // how the same secret was configured before; nil if it is as it was, or another
	key     ed25519.PublicKey
	kinds   []string
	title   certificate.Distinguished // if the user's name is a distinguished one
}

// Identity is somebody who has come in. It is never changed.
type Identity struct {
	Name    string  // the user's, or its public nkey; empty for a token
	Account string  // its name
	Rights  *Rights // nil: everything
	Overrun string  // as configured for the user
	Token   *Token  // nil for a user on a list
	Proxied bool    // it has to come by a proxy that is trusted
}

// anybody is whoever comes where nobody has to say who they are.
var anybody = &Identity{Account: GlobalAccount}

// Credentials is what a CONNECT presents, and what is known beside it.
type Credentials struct {
	User, Password, Token string
	NKey, Sig             string
	JWT                   string
	Nonce                 string             // what INFO asked to sign
	Kind                  string             // of connection: one of the constants
	Host                  string             // the address that it comes from, without the port; empty if it has none
	Names                 *certificate.Names // of the certificate, where it says who somebody is; else nil
	Now                   time.Time          // tokens are good for a time only
}

// none reports whether nothing was presented. A signature by nobody is nothing.
func (c *Credentials) none() bool {
	return c.User == "" && c.Password == "" && c.Token == "" && c.NKey == ""
}

// New makes the gate of a policy that is valid.
func New(p Policy) (*Gate, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	k := p.Callout
	fallback := NewRights(k.Guard(p.Default, GlobalAccount, ""))
	g := &Gate{users: make(map[string]*entrant), keys: make(map[string]*entrant), mapped: p.Mapped, signed: p.Authority, sourced: p.Sourced, callout: k}
	switch {
	case p.Token != "":
		g.single, g.token = &entrant{Identity: Identity{Account: GlobalAccount, Rights: fallback, Proxied: p.ProxyRequired}, secret: p.Token}, true
	case p.User != "":
		rights := NewRights(k.Guard(p.Default, GlobalAccount, p.User))
		g.single = &entrant{Identity: Identity{Name: p.User, Account: GlobalAccount, Rights: rights, Proxied: p.ProxyRequired}, secret: p.Password}
	}
	for i := range p.Users {
		if err := g.add(&p.Users[i], GlobalAccount, p.Default, fallback); err != nil {
			return nil, err
		}
	}
	for n := range p.Accounts {
		a := &p.Accounts[n]
		fallback := NewRights(k.Guard(a.Default, a.Name, ""))
		for i := range a.Users {
			if err := g.add(&a.Users[i], a.Name, a.Default, fallback); err != nil {
				return nil, err
			}
		}
	}
	if p.Web != (Door{}) {
		var err error
		if g.web, err = New(p.behind(p.Web)); err != nil {
			return nil, err
		}
	}
	g.leafIn = cmp.Or(p.Leafs.Account, GlobalAccount)
	if len(p.Leafs.Users) > 0 {
		var err error
		if g.leaf, err = p.leafGate(); err != nil {
			return nil, err
		}
	}
	g.stranger = g.find(p.NoAuthUser)
	if p.onlySystemUsers() && p.NoAuthUser == "" && k == nil {
		g.stranger, g.asks = &entrant{Identity: Identity{Account: GlobalAccount}}, true
	}
	return g, nil
}

// onlySystemUsers reports whether the users are those who watch over the broker,
// and nobody else. They alone need credentials then.
func (p *Policy) onlySystemUsers() bool {
	some, system := false, cmp.Or(p.System, SystemAccount)
	for _, a := range p.AllUsers() {
		if a == nil || a.Name != system {
			return false
		}
		some = true
	}
	return some
}

// add lets a user in. Who has no permissions has those of the account, of which
// fallback are the rights of most.
func (g *Gate) add(u *User, account string, usual *Permissions, fallback *Rights) error {
	e := &entrant{
		Identity: Identity{Name: u.name(), Account: account, Rights: fallback, Overrun: u.Overrun, Proxied: u.ProxyRequired},
		secret:   u.Password,
	}
	if u.Permissions != nil {
		usual = u.Permissions
	}
	if u.Permissions != nil || g.callout != nil && slices.Contains(g.callout.Users, e.Name) {
		e.Rights = NewRights(g.callout.Guard(usual, account, e.Name))
	}
	for _, kind := range u.ConnectionTypes {
		e.kinds = append(e.kinds, strings.ToUpper(kind))
	}
	if u.NKey == "" {
		if Hashed(u.Password) {
			g.decoy = u.Password
		}
		g.users[u.Name] = e
		if e.title = certificate.Parse(u.Name); e.title != nil {
			g.titled = append(g.titled, e)
		}
		return nil
	}
	key, err := nkeys.Decode(nkeys.PrefixByteUser, []byte(u.NKey))
	if err != nil {
		return err
	}
	e.key = key
	g.keys[u.NKey] = e
	return nil
}

// find is the entrant of a name, nil if there is none.
func (g *Gate) find(name string) *entrant {
	if e := g.users[name]; e != nil {
		return e
	}
	return g.keys[name]
}

// Open reports whether nobody needs credentials, because there are none.
func (g *Gate) Open() bool {
	return g == nil || g.single == nil && len(g.users) == 0 && len(g.keys) == 0 && g.signed == nil && g.callout == nil
}

// Asks reports whether clients should be told that they need credentials.
func (g *Gate) Asks() bool {
	return !g.Open() && (g.stranger == nil || g.asks || g.delegates(g.stranger))
}

// Stranger is who somebody is that has presented nothing, nil if credentials
// must be presented on such a connection. Where certificates say who somebody is
// there are no strangers.
func (g *Gate) Stranger(kind string, mapped bool) *Identity {
	g = g.For(kind)
	switch {
	case g.Open():
		return anybody
	case mapped:
		return nil
	case g.stranger != nil && g.stranger.comesBy(kind) && !g.delegates(g.stranger):
		return &g.stranger.Identity
	default:
		return nil
	}
}

// Named is the user of that name, for somebody who need not prove to be it; nil if
// there is none.
func (g *Gate) Named(name string) *Identity {
	if g == nil {
		return nil
	}
	if g.single != nil && !g.token && g.single.Name == name {
		return &g.single.Identity
	}
	if e := g.find(name); e != nil {
		return &e.Identity
	}
	return nil
}

// Challenges reports whether clients need a nonce to sign.
func (g *Gate) Challenges() bool {
	return g != nil && (len(g.keys) > 0 || g.signed != nil || g.callout != nil)
}

// Claim is credentials on the way to be checked: what is quick about them is
// done, what is slow is left to Holds. A nil Claim is refused.
type Claim struct {
	who    *Identity // nil if nobody can be meant; the secret is compared all the same
	secret string    // as configured
	shown  string
	proven bool
	ask    *Delegation // who has to say; nil if all that is needed is here
}

// Claim says whom credentials may belong to, nil if to nobody.
func (g *Gate) Claim(c Credentials) *Claim {
	g = g.For(c.Kind)
	switch {
	case g.Open() && g != nil && IsLeaf(c.Kind):
		return &Claim{who: &Identity{Account: g.leafIn}, proven: true}
	case g.Open():
		return &Claim{who: anybody, proven: true}
	case g.signed != nil:
		switch who := g.signed.Admit(&c); {
		case who == nil && g.sourced:
			return g.absent(&c)
		case who == nil:
			return nil
		case who.Token.Ask != nil:
			return &Claim{ask: &Delegation{To: who.Token.Ask, Shown: c}}
		default:
			return &Claim{who: who, proven: true}
		}
	case g.callout != nil && g.delegates(g.meant(&c)):
		return &Claim{ask: &Delegation{To: g.callout, Shown: c}}
	case g.stranger != nil && c.none() && c.Names == nil:
		if who := g.Stranger(c.Kind, false); who != nil {
			return &Claim{who: who, proven: true}
		}
		return nil
	case g.single != nil:
		return g.claimSingle(c)
	case c.NKey != "" && len(g.keys) > 0:
		e := g.keys[c.NKey]
		if e == nil || !e.comesBy(c.Kind) || !Signed(e.key, c.Nonce, c.Sig) {
			return nil
		}
		return &Claim{who: &e.Identity, proven: true}
	case c.Names != nil:
		e := g.named(c.Names, c.Kind)
		if e == nil {
			return nil
		}
		return &Claim{who: &e.Identity, secret: e.secret, shown: c.Password}
	default:
		e := g.users[c.User]
		if e == nil || !e.comesBy(c.Kind) || g.needsCertificate(e) {
			return g.nobody(c.Password)
		}
		return &Claim{who: &e.Identity, secret: e.secret, shown: c.Password}
	}
}

// needsCertificate reports whether a user has no password because a certificate
// stands for it. Elsewhere whoever knows the name could come in.
func (g *Gate) needsCertificate(e *entrant) bool {
	return e.secret == "" && e != g.stranger && slices.ContainsFunc(g.mapped, e.comesBy)
}

// claimSingle compares the name at once, but lets the secret be compared also
// for a wrong one, so that the time taken does not tell which was wrong.
func (g *Gate) claimSingle(c Credentials) *Claim {
	claim := &Claim{who: &g.single.Identity, secret: g.single.secret, shown: c.Password}
	if g.token {
		claim.shown = c.Token
	} else if !equal(g.single.Name, c.User) {
		claim.who = nil
	}
	return claim
}

// nobody takes as long as somebody with a hashed password does.
func (g *Gate) nobody(shown string) *Claim {
	if g.decoy == "" {
		return nil
	}
	return &Claim{secret: g.decoy, shown: shown}
}

// Slow reports whether an answer takes long: tens of milliseconds of work, and not
// microseconds, or a Delegation.
func (c *Claim) Slow() bool { return c != nil && (c.ask != nil || !c.proven && Hashed(c.secret)) }

// Holds returns who the claimant is, nil if it is not who it claims to be, or if only a
// service can tell.
func (c *Claim) Holds() *Identity {
	if c == nil || c.ask != nil {
		return nil
	}
	if c.proven || Same(c.secret, c.shown) {
		return c.who
	}
	return nil
}

// comesBy reports whether the entrant may come by such a connection.
func (e *entrant) comesBy(kind string) bool {
	return len(e.kinds) == 0 || slices.Contains(e.kinds, kind)
}

// Signed reports whether sig, in either alphabet of base64, is the signature of the
// nonce by whom the key is of.
func Signed(key ed25519.PublicKey, nonce, sig string) bool {
	const longest = 88 // of 64 bytes, with padding
	if nonce == "" || sig == "" || len(sig) > longest {
		return false
	}
	bytes, err := base64.RawURLEncoding.DecodeString(sig)
	if err != nil {
		bytes, err = base64.StdEncoding.DecodeString(sig)
	}
	if err != nil || len(bytes) != ed25519.SignatureSize || len(key) != ed25519.PublicKeySize {
		return false
	}
	return ed25519.Verify(key, []byte(nonce), bytes)
}

var hashed = regexp.MustCompile(`^\$2[abxy]\$\d{2}\$`)

// Hashed reports whether a configured secret is a bcrypt hash.
func Hashed(secret string) bool { return hashed.MatchString(secret) }

// CheckSecret reports a configured secret that begins as a bcrypt hash does and is none: nobody could come in by it.
func CheckSecret(secret string) error {
	if !Hashed(secret) {
		return nil
	}
	if _, err := bcrypt.Cost([]byte(secret)); err != nil {
		return errors.New("it begins as a bcrypt hash does, and is none, which has 60 letters") // not quoted: it is a secret
	}
	return nil
}

// Same compares a secret from the configuration, which may be a bcrypt hash,
// with what a client presented as clear text.
func Same(configured, presented string) bool {
	if Hashed(configured) {
		return bcrypt.CompareHashAndPassword([]byte(configured), []byte(presented)) == nil
	}
	return equal(configured, presented)
}

// equal takes the same time for any two strings, whatever their lengths.
func equal(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
