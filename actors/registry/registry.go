package registry

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"sync"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access/operator"
)

// Registry is the accounts that may come. It may be used from any goroutine.
type Registry struct {
	config Config
	dir    *directory                      // nil for Remote
	web    *http.Client                    // nil but for Remote
	trust  atomic.Pointer[operator.Config] // of the last Fill
	broker *actors.Broker                  // for the actor
	actor  atomic.Pointer[address]         // nil before Serve

	mu sync.Mutex // held while tokens are on their way into force

	memory sync.Mutex        // over known
	known  map[string]string // of Remote: what was found
}

// address is where the actor is.
type address struct {
	system *actor.ActorSystem
	pid    *actor.PID
}

// Open prepares the source. trusts is for a server with https; nil: what the system trusts.
// The error is that of the configuration, or of the directory.
func Open(c Config, trusts *tls.Config) (*Registry, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	r := &Registry{config: c.withDefaults(), known: make(map[string]string)}
	if c.Type == Remote {
		r.web = &http.Client{Timeout: r.config.Timeout, Transport: &http.Transport{
			TLSClientConfig: trusts, Proxy: http.ProxyFromEnvironment, MaxIdleConns: 10, IdleConnTimeout: 10 * r.config.Timeout,
		}}
		return r, nil
	}
	var err error
	r.dir, err = openDirectory(&r.config)
	return r, err
}

// Hold keeps tokens from coming into force until release is called: a reload fills a
// configuration and puts it into force in between.
func (r *Registry) Hold() (release func()) {
	r.mu.Lock()
	return r.mu.Unlock
}

// Fill gives a configuration the accounts that are known: of two tokens of one account the newer
// one. What the configuration brings itself is kept in a Full directory. left is what cannot be
// used, and why. Call it before the start, or while the registry is held.
func (r *Registry) Fill(ctx context.Context, c *actors.Config) (left []error, err error) {
	trust := trustOf(c)
	tokens := maps.Clone(c.AccountTokens)
	if tokens == nil {
		tokens = make(map[string]string)
	}
	found, left, err := r.stored(trust)
	if err != nil {
		return left, err
	}
	for account, token := range found {
		if operator.Newer(token, tokens[account]) {
			tokens[account] = token
		}
	}
	if r.config.Type == Full {
		for account, token := range tokens {
			if found[account] != token {
				if err := r.dir.save(account, token); err != nil {
					return left, err
				}
			}
		}
	}
	system := cmp.Or(c.SystemAccount, trust.SystemAccount())
	if system != "" && tokens[system] == "" && nkeys.IsValidPublicAccountKey(system) {
		more, err := r.find(ctx, trust, system)
		if err != nil {
			return left, fmt.Errorf("the system account %s cannot be found: %w: its token has to be in resolver_preload, or in the folder of the resolver", system, err)
		}
		maps.Copy(tokens, more)
	}
	r.trust.Store(trust)
	c.AccountTokens, c.AccountSource = tokens, r
	return left, nil
}

// trustOf is the operators of a configuration.
func trustOf(c *actors.Config) *operator.Config {
	return &operator.Config{Operators: c.Operators, Keys: c.TrustedKeys}
}

// stored is what is in the directory, or was found before.
func (r *Registry) stored(trust *operator.Config) (tokens map[string]string, left []error, err error) {
	if r.dir == nil {
		r.memory.Lock()
		defer r.memory.Unlock()
		return maps.Clone(r.known), nil, nil
	}
	names, err := r.dir.names()
	tokens = make(map[string]string)
	for _, account := range names {
		token, err := r.dir.load(account)
		if err == nil {
			err = trust.Accept(account, token)
		}
		if err == nil {
			tokens[account] = token
		} else if !errors.Is(err, os.ErrNotExist) {
			left = append(left, fmt.Errorf("account %s: %w", account, err))
		}
	}
	return tokens, left, err
}

// most is how many accounts one lookup may bring.
const most = 64

// Lookup finds an account, and those that it imports from. The tokens are sound, and signed by
// an operator that is trusted.
func (r *Registry) Lookup(ctx context.Context, account string) (tokens map[string]string, err error) {
	trust := r.trust.Load()
	if trust == nil {
		return nil, errNotFound
	}
	return r.find(ctx, trust, account)
}

// errNotFound is about an account that nobody knows.
var errNotFound = errors.New("nobody knows the account")

func (r *Registry) find(ctx context.Context, trust *operator.Config, account string) (map[string]string, error) {
	tokens, first := make(map[string]string), error(nil)
	for todo := []string{account}; len(todo) > 0 && len(tokens) < most; todo = todo[1:] {
		at := todo[0]
		if tokens[at] != "" {
			continue
		}
		token, err := r.fetch(ctx, at)
		if err == nil {
			err = trust.Accept(at, token)
		}
		if err != nil {
			if at == account {
				first = err
			}
			continue // an import of an account that is not there is left out
		}
		tokens[at] = token
		todo = append(todo, operator.ImportsFrom(token)...)
	}
	if first != nil {
		return nil, first
	}
	for at, token := range tokens {
		if err := r.keep(at, token); err != nil {
			return nil, err
		}
	}
	return tokens, nil
}

// keep remembers what was found elsewhere.
func (r *Registry) keep(account, token string) error {
	if r.dir == nil {
		r.memory.Lock()
		defer r.memory.Unlock()
		r.known[account] = token
		return nil
	}
	if at, err := r.dir.load(account); err == nil && at == token {
		return nil
	}
	return r.dir.save(account, token)
}

// fetch is the token of an account, by whatever way there is.
func (r *Registry) fetch(ctx context.Context, account string) (string, error) {
	if r.web != nil {
		return r.download(ctx, account)
	}
	token, err := r.dir.load(account)
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return token, err
	}
	return r.askOthers(ctx, account)
}

// download asks the server. No part of the URL is in the error: it may have a password.
func (r *Registry) download(ctx context.Context, account string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.config.URL+account, nil)
	if err != nil {
		return "", errors.New("the URL of the resolver cannot be asked")
	}
	response, err := r.web.Do(request)
	if err != nil {
		return "", fmt.Errorf("the server of the resolver does not answer: %w", errors.Unwrap(err))
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the server of the resolver: %s", response.Status)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, longest+1))
	if err == nil && len(body) > longest {
		err = errors.New("the server of the resolver: the answer is too long")
	}
	return operator.Plain(string(body)), err
}
