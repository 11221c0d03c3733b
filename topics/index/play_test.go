package index_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/topics/index"
)

// pending is a lookup that is under way.
type pending struct {
	lookup  *index.Lookup[*guest]
	subject int
	began   int
}

// play is a script being run against indexes and the model.
type play struct {
	*world
	t       *testing.T
	wide    *index.Wide[*guest]
	indexes []*index.Index[*guest]
	in      [][]*guest // by pattern
	now     int
	checks  int
	pending []pending
	taken   []taken
}

// taken is a result and what was in it when it was.
type taken struct {
	r    *topics.Result[*guest]
	copy []*guest
}

// homeOf says which index has a name; as for partitions, the first two tokens decide.
func (p *play) homeOf(name string) *index.Index[*guest] {
	parts := strings.SplitN(name, ".", 3)
	sum := 0
	for _, part := range parts[:min(2, len(parts))] {
		sum += len(part) + int((part + " ")[0])
	}
	return p.indexes[sum%len(p.indexes)]
}

func (p *play) insert(pattern int, queue string) {
	g := &guest{pattern: pattern, queue: queue, joined: p.now, left: never}
	x, s := p.homeOf(p.patterns[pattern]), p.patterns[pattern]
	if !x.Insert(s, queue, g) || x.Insert(s, queue, g) {
		p.t.Fatalf("%q is not inserted once", s)
	}
	p.in[pattern] = append(p.in[pattern], g)
}

func (p *play) remove(pattern, n int) {
	in := p.in[pattern]
	if len(in) == 0 {
		return
	}
	n %= len(in)
	g := in[n]
	x, s := p.homeOf(p.patterns[pattern]), p.patterns[pattern]
	if !x.Remove(s, g.queue, g) || x.Remove(s, g.queue, g) {
		p.t.Fatalf("%q is not removed once", s)
	}
	g.left = p.now
	in[n] = in[len(in)-1]
	p.in[pattern] = in[:len(in)-1]
}

func (p *play) start(subject, budget int) {
	r, cost, l := p.homeOf(p.subjects[subject]).Start([]byte(p.subjects[subject]), budget)
	switch {
	case cost < 1, (r == nil) == (l == nil):
		p.t.Fatal("neither done nor to be done")
	case l != nil:
		p.pending = append(p.pending, pending{l, subject, p.now})
	default:
		p.check(subject, r, p.now)
	}
}

func (p *play) step(n, budget int) {
	if len(p.pending) == 0 {
		return
	}
	n %= len(p.pending)
	w := p.pending[n]
	r, _ := w.lookup.Step(budget)
	if r != nil {
		p.check(w.subject, r, w.began)
		p.pending = slices.Delete(p.pending, n, n+1)
		p.match(w.subject) // for what has been cached
	}
}

func (p *play) match(subject int) {
	s := p.subjects[subject]
	p.check(subject, p.homeOf(s).Match([]byte(s)), p.now)
}

// interrupt starts matches, changes something that they look for, and ends them.
func (p *play) interrupt(subject int, n byte, queue string) {
	p.start(subject, int(n%8))
	p.start(subject, int(n%16))
	p.now++
	if m := p.matching[subject]; len(m) > 0 {
		if pattern := m[int(n)%len(m)]; n < 128 {
			p.insert(pattern, queue)
		} else {
			p.remove(pattern, int(n))
		}
	}
	p.now++
	for len(p.pending) > 0 {
		p.step(len(p.pending)-1, 1+int(n%4))
	}
}

// check compares a result with the model: who was there from when the match
// began is in it, nobody twice, and nobody who has not been there since.
func (p *play) check(subject int, r *topics.Result[*guest], began int) {
	p.checks++
	for _, g := range r.Plain {
		p.see(subject, g, "", began)
	}
	for i, group := range r.Groups {
		for _, other := range r.Groups[:i] {
			if group.Name == other.Name {
				p.t.Fatalf("group %q twice", group.Name)
			}
		}
		if group.Name == "" || len(group.Members) == 0 {
			p.t.Fatal("a group without name or members")
		}
		for _, g := range group.Members {
			p.see(subject, g, group.Name, began)
		}
	}
	for _, pattern := range p.matching[subject] {
		for _, g := range p.in[pattern] {
			if g.joined <= began && g.seen != p.checks {
				p.t.Fatalf("%q misses %q", p.subjects[subject], p.patterns[pattern])
			}
		}
	}
	if len(p.taken) < 20 {
		p.taken = append(p.taken, taken{r, slices.Clone(r.Plain)})
	}
}

func (p *play) see(subject int, g *guest, queue string, began int) {
	switch {
	case g.seen == p.checks:
		p.t.Fatalf("%q gets to %q twice", p.subjects[subject], p.patterns[g.pattern])
	case g.queue != queue:
		p.t.Fatalf("a member of %q is in %q", g.queue, queue)
	case g.left < began || began == p.now && g.left != never:
		p.t.Fatalf("%q gets to %q, who has gone", p.subjects[subject], p.patterns[g.pattern])
	case !slices.Contains(p.matching[subject], g.pattern):
		p.t.Fatalf("%q gets to %q", p.subjects[subject], p.patterns[g.pattern])
	}
	g.seen = p.checks
}

// crowd is so many that they need a map.
const crowd = 40

// do carries out one command of three bytes.
func (p *play) do(op, a, b byte) {
	p.now++
	pattern, subject := int(a)%len(p.patterns), int(a)%len(p.subjects)
	queue := []string{"", "", "g", "h"}[b%4]
	switch op % 16 {
	case 0, 1, 2, 3:
		p.insert(pattern, queue)
	case 4, 5, 6:
		p.remove(pattern, int(b))
	case 7:
		for i := range crowd {
			p.insert(pattern, queue)
			if b > 200 { // that many groups
				p.insert(pattern, strings.Repeat("g", i+1))
			}
		}
	case 8:
		for range crowd {
			p.remove(pattern, int(b))
		}
	case 9:
		p.start(subject, int(b%8))
	case 10:
		p.interrupt(subject, b, queue)
	case 11, 12:
		p.step(int(a), int(b))
	case 13:
		p.homeOf(p.subjects[subject]).Sweep(int(b))
	default:
		p.match(subject)
	}
}

func (p *play) audit() {
	for _, x := range p.indexes {
		if err := x.Audit(); err != nil {
			p.t.Fatal(err)
		}
	}
}

// end lets everybody leave, and looks at what remains.
func (p *play) end() {
	p.now++
	for s := range p.subjects {
		p.match(s)
	}
	p.audit()
	for pattern := range p.in {
		for len(p.in[pattern]) > 0 {
			p.remove(pattern, 0)
		}
	}
	for len(p.pending) > 0 {
		p.step(0, 1)
	}
	for _, x := range p.indexes {
		for x.Sweep(100) {
		}
		if x.Len() != 0 {
			p.t.Fatal("somebody remains")
		}
	}
	p.audit()
	for _, taken := range p.taken {
		if !slices.Equal(taken.r.Plain, taken.copy) {
			p.t.Fatal("a result has changed")
		}
	}
}
