package access

import (
	"errors"
	"fmt"
	"slices"
)

// Door is who may come by WebSocket, where that is not the same as elsewhere: the one
// credential, or whom those are who present nothing. The zero Door is the same.
type Door struct{ User, Password, Token, NoAuthUser string }

// LeafDoor is who may come as a leaf node. The zero LeafDoor is whoever may come as a client.
type LeafDoor struct {
	Users   []LeafUser // none: those who may come as clients
	Account string     // of whoever comes, where nobody needs credentials; empty is the global one
}

// LeafUser is a server that may come as a leaf node, and the account that it is in then; empty is the global one.
type LeafUser struct {
	User
	Account string
}

// IsLeaf reports whether a kind of connection is that of leaf nodes.
func IsLeaf(kind string) bool { return kind == LeafNode || kind == LeafNodeWS }

// For is the gate for a kind of connection.
func (g *Gate) For(kind string) *Gate {
	switch {
	case g == nil:
	case g.web != nil && kind == WebSocket:
		return g.web
	case g.leaf != nil && IsLeaf(kind):
		return g.leaf
	}
	return g
}

// leafGate is the gate for leaf nodes of a policy that has users for them.
func (p *Policy) leafGate() (*Gate, error) {
	sub := Policy{Mapped: p.Mapped}
	for _, u := range p.Leafs.Users {
		if u.Account == "" || u.Account == GlobalAccount {
			sub.Users = append(sub.Users, u.User)
			continue
		}
		at := slices.IndexFunc(sub.Accounts, func(a Account) bool { return a.Name == u.Account })
		if at < 0 {
			at = len(sub.Accounts)
			sub.Accounts = append(sub.Accounts, Account{Name: u.Account})
		}
		sub.Accounts[at].Users = append(sub.Accounts[at].Users, u.User)
	}
	g, err := New(sub)
	if err != nil {
		return nil, err
	}
	g.stranger, g.asks = nil, false // those who watch over the broker are no exception here
	return g, nil
}

// checkLeafs reports what is wrong with the door for leaf nodes.
func (p *Policy) checkLeafs() error {
	if len(p.Leafs.Users) > 0 && p.Leafs.Account != "" {
		return errors.New("leaf nodes: an account is that of a user where there are users")
	}
	for _, account := range append(accountsOf(p.Leafs.Users), p.Leafs.Account) {
		if account != "" && !p.HasAccount(account) {
			return fmt.Errorf("leaf nodes: there is no account %q", account)
		}
	}
	if len(p.Leafs.Users) == 0 {
		return nil
	}
	if _, err := p.leafGate(); err != nil {
		return fmt.Errorf("leaf nodes: %w", err)
	}
	return nil
}

func accountsOf(users []LeafUser) (all []string) {
	for i := range users {
		all = append(all, users[i].Account)
	}
	return all
}

// behind is the policy for those who come by a door.
func (p *Policy) behind(d Door) Policy {
	sub := *p
	sub.Web = Door{}
	if d.NoAuthUser != "" {
		sub.NoAuthUser = d.NoAuthUser
	}
	if d.User != "" || d.Token != "" {
		sub.User, sub.Password, sub.Token, sub.NoAuthUser = d.User, d.Password, d.Token, ""
	}
	return sub
}

// checkDoor reports what is wrong with the door for WebSocket.
func (p *Policy) checkDoor() error {
	d := p.Web
	if d == (Door{}) {
		return nil
	}
	sub := p.behind(d)
	switch err := sub.exclusive(); {
	case err != nil:
		return err
	case d.Password != "" && d.User == "":
		return errors.New("a password needs a user")
	case d.NoAuthUser != "" && (d.User != "" || d.Token != ""):
		return errors.New("who comes by WebSocket needs credentials or is no_auth_user, not both")
	}
	return nil
}
