package access

import "reflect"

// This file is what becomes of those who are in, when another policy comes into
// force. What they presented is not kept, so it cannot be checked again: they
// stay if what it was compared with says the same.

// Follow tells a new gate which one was there before. It is a part of making the
// gate, and takes its time if secrets have been hashed since. Whoever may do the
// same as before has the same Rights, and not only equal ones.
func (g *Gate) Follow(old *Gate) {
	for _, all := range []map[string]*entrant{g.users, g.keys} {
		for _, e := range all {
			e.follow(old.namesake(e))
		}
	}
	if g.single != nil {
		g.single.follow(old.namesake(g.single))
	}
	if g.web != nil {
		g.web.Follow(old.For(WebSocket))
	}
	if g.leaf != nil && old.For(LeafNode) != nil {
		g.leaf.Follow(old.For(LeafNode))
	}
}

// follow compares an entrant with the one of its name before, who may be nil.
func (e *entrant) follow(old *entrant) {
	if old == nil {
		return
	}
	if reflect.DeepEqual(e.Rights, old.Rights) {
		e.Rights = old.Rights
	}
	clear, hash := old.secret, e.secret
	if Hashed(clear) {
		clear, hash = hash, clear
	}
	if Hashed(hash) && !Hashed(clear) && Same(hash, clear) {
		e.synonym = &old.secret
	}
}

// namesake is the entrant at this gate who is called as one at another, nil if
// there is none.
func (g *Gate) namesake(e *entrant) *entrant {
	switch {
	case g.single != nil && g.single.Name == e.Name: // two tokens have no name
		return g.single
	case e.key != nil:
		return g.keys[e.Name]
	default:
		return g.users[e.Name]
	}
}

// entrantOf is who has come in as who, nil if that was nobody in particular.
func (g *Gate) entrantOf(who *Identity) *entrant {
	if g.single != nil {
		return g.single
	}
	return g.find(who.Name)
}

// Renew says who somebody is here whom another gate has let in, nil if it may not
// stay. Of what it presented there only the kind of its connection is known now,
// and the names of its certificate where these count.
func (g *Gate) Renew(old *Gate, who *Identity, known Credentials) *Identity {
	if g == old {
		return who
	}
	g, old = g.For(known.Kind), old.For(known.Kind)
	if g.Signs() {
		return g.renewSigned(who, &known)
	}
	if who.Token != nil && who.Token.By != nil {
		return g.renewAnswered(who, &known)
	}
	if g.Open() || old.Open() || old.stranger != nil && who == &old.stranger.Identity {
		claim := g.Claim(known) // as a newcomer who presents nothing
		if claim.Slow() {
			return nil
		}
		return claim.Holds()
	}
	before := old.entrantOf(who)
	if before == nil {
		return nil
	}
	e := g.namesake(before)
	switch {
	case e == nil || !e.comesBy(known.Kind) || g.delegates(e):
		return nil
	case e.key != nil:
		return &e.Identity
	case known.Names != nil && g.named(known.Names, known.Kind) != e:
		return nil
	case known.Names == nil && g.needsCertificate(e):
		return nil
	case e.secret != before.secret && (e.synonym == nil || *e.synonym != before.secret):
		return nil
	}
	return &e.Identity
}
