package access

// Known is how many subjects are remembered.
func (p *Publisher) Known() int { return len(p.known) }

// Size is how many permits are open.
func (p *Permits) Size() int { return max(len(p.open), p.pool.Len()) }
