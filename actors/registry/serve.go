package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access/operator"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/sys"
)

// This file is what is answered, in the form of nats-server.

const (
	updateSubject = "$SYS.REQ.CLAIMS.UPDATE"
	listSubject   = "$SYS.REQ.CLAIMS.LIST"
	deleteSubject = "$SYS.REQ.CLAIMS.DELETE"
	packSubject   = "$SYS.REQ.CLAIMS.PACK"
)

// status is what becomes of an order.
type status struct {
	Account     string `json:"account,omitempty"`
	Code        int    `json:"code"`
	Message     string `json:"message,omitempty"`
	Description string `json:"description,omitempty"`
}

// answer is one of data and error.
type answer struct {
	Server *sys.Server `json:"server"`
	Data   any         `json:"data,omitempty"`
	Error  *status     `json:"error,omitempty"`
}

// serve answers a request.
func (r *Registry) serve(m *client.Message) {
	token := operator.Plain(string(m.Data))
	switch tokens := strings.Split(m.Subject, "."); {
	case m.Subject == updateSubject:
		r.update(m, operator.AccountOf(token), token)
	case m.Subject == listSubject:
		r.list(m)
	case m.Subject == deleteSubject:
		r.delete(m, token)
	case m.Subject == packSubject:
		r.pack(m)
	case strings.HasSuffix(m.Subject, ".LOOKUP"):
		r.answerLookup(m, tokens[3])
	case len(tokens) == 5:
		r.update(m, tokens[2], token)
	default:
		r.update(m, tokens[3], token)
	}
}

// errOld is about a token that has been replaced.
var errOld = errors.New("a newer token of the account is in force")

// update puts a token on the disk, then into force.
func (r *Registry) update(m *client.Message, account, token string) {
	if account == "" {
		r.refuse(m, "n/a", "jwt update resulted in error", errors.New("this is not the token of an account"))
		return
	}
	if err := r.trust.Load().Accept(account, token); err != nil {
		r.refuse(m, account, "jwt validation failed", err)
		return
	}
	switch err := r.replace(account, token); {
	case errors.Is(err, errStrange):
		r.say(m, account, "jwt update cache skipped")
	case err != nil:
		r.refuse(m, account, "jwt update resulted in error", err)
	default:
		r.say(m, account, "jwt updated")
	}
}

// errStrange is about an account that nobody has needed yet.
var errStrange = errors.New("the account is not known here")

// replace puts a token on the disk, then into force.
func (r *Registry) replace(account, token string) error {
	before := ""
	err := r.change(func(tokens map[string]string) error {
		before = tokens[account]
		switch {
		case before == "" && r.config.Type != Full:
			return errStrange
		case before != token && operator.Newer(before, token):
			return errOld
		}
		tokens[account] = token
		return r.keep(account, token)
	})
	if err != nil && before != "" && !errors.Is(err, errOld) {
		err = errors.Join(err, r.keep(account, before)) // it may be there already
	}
	return err
}

// patience is how long it may take until connections have looked at what is new.
const patience = 10 * time.Second

// change puts other tokens into force.
func (r *Registry) change(edit func(tokens map[string]string) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, err := r.broker.Update(ctx, func(c *actors.Config) error {
		tokens := maps.Clone(c.AccountTokens)
		if tokens == nil {
			tokens = make(map[string]string)
		}
		c.AccountTokens = tokens
		return edit(tokens)
	})
	return err
}

// list answers which accounts there are.
func (r *Registry) list(m *client.Message) {
	names, err := r.dir.names()
	if err != nil {
		r.refuse(m, "", "list request failed", err)
		return
	}
	if names == nil {
		names = []string{}
	}
	r.respond(m, &answer{Data: names})
}

// pack sends all accounts, one a message; an empty one is the end.
func (r *Registry) pack(m *client.Message) {
	names, err := r.dir.names()
	if err != nil || m.Reply == "" {
		return // who asks has no use for an error
	}
	for _, account := range names {
		token, err := r.dir.load(account)
		if err == nil {
			_ = m.Respond([]byte(account + "|" + token)) // what is not sent is not there, as for one that came later
		}
	}
	_ = m.Respond(nil)
}

// answerLookup answers with the token of an account; empty is that it is not here.
func (r *Registry) answerLookup(m *client.Message, account string) {
	if m.Reply == "" {
		return
	}
	token, err := r.dir.load(account)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return
	}
	_ = m.Respond([]byte(token)) // nobody else can be told
}

// delete takes accounts out of force, and out of the directory.
func (r *Registry) delete(m *client.Message, token string) {
	config := r.broker.Config()
	accounts, by, err := r.trust.Load().AcceptDeletion(token)
	failed := fmt.Sprintf("delete accounts request by %s failed", by)
	if err == nil && !r.config.AllowDelete {
		err = errors.New("delete must be enabled in server config")
	}
	for _, account := range accounts {
		if err == nil && account == config.SystemAccount {
			err = errors.New("not allowed to delete system account")
		}
	}
	if err != nil {
		r.refuse(m, "", failed, err)
		return
	}
	var gone []string
	var errs []error
	for _, account := range accounts {
		if err := r.dir.remove(account, r.config.HardDelete); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, fmt.Errorf("account %s cannot be deleted", account))
			continue
		}
		gone = append(gone, account)
	}
	errs = append(errs, r.change(func(tokens map[string]string) error {
		for _, account := range gone {
			delete(tokens, account)
		}
		return nil
	}))
	if err := errors.Join(errs...); err != nil {
		r.refuse(m, "", fmt.Sprintf("deleted %d accounts, failed for %d", len(gone), len(accounts)-len(gone)), err)
		return
	}
	r.say(m, "", fmt.Sprintf("deleted %d accounts", len(gone)))
}

// say answers that something was done.
func (r *Registry) say(m *client.Message, account, what string) {
	r.respond(m, &answer{Data: &status{Account: account, Code: http.StatusOK, Message: what}})
}

// refuse answers that something was not done, and why.
func (r *Registry) refuse(m *client.Message, account, what string, why error) {
	config := r.broker.Config()
	config.Logger.Named(name).Warn("accounts stay as they are", "request", m.Subject, "reason", why.Error())
	r.respond(m, &answer{Error: &status{Account: account, Code: http.StatusInternalServerError, Description: what + " - " + why.Error()}})
}

func (r *Registry) respond(m *client.Message, a *answer) {
	if m.Reply == "" {
		return
	}
	config := r.broker.Config()
	a.Server = &sys.Server{
		Name: config.ServerName, Host: config.Host, ID: r.broker.ServerID(), Cluster: config.ClusterName,
		Version: actors.ProtocolVersion, Time: time.Now().UTC(),
	}
	if text, err := json.Marshal(a); err == nil {
		_ = m.Respond(text) // who asks waits no longer than it does
	}
}
