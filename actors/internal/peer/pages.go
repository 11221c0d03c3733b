package peer

// pages is a list that grows without being copied: a server may be told of a hundred thousand patterns
// in one go.
type pages struct {
	all [][]said
	n   int
}

const pageSize = 1 << 10

func (p *pages) at(i int32) *said { return &p.all[i/pageSize][i%pageSize] }

func (p *pages) push(s said) {
	if p.n == len(p.all)*pageSize {
		p.all = append(p.all, make([]said, pageSize))
	}
	p.n++
	*p.at(int32(p.n - 1)) = s
}

// pop takes the last one off. A page that is not needed goes when the one before it is half empty.
func (p *pages) pop() (last said) {
	p.n--
	s := p.at(int32(p.n))
	last, *s = *s, said{}
	if spare := len(p.all)*pageSize - p.n; spare > pageSize+pageSize/2 {
		p.all[len(p.all)-1] = nil
		p.all = p.all[:len(p.all)-1]
	}
	return last
}
