package access

import "errors"

// Door is who may come by WebSocket, where that is not the same as elsewhere: the one
// credential, or whom those are who present nothing. The zero Door is the same.
type Door struct{ User, Password, Token, NoAuthUser string }

// For is the gate for a kind of connection.
func (g *Gate) For(kind string) *Gate {
	if g != nil && g.web != nil && kind == WebSocket {
		return g.web
	}
	return g
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
