package mesh

import (
	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/report"
)

// This file is what servers agree on about compression. The first INFO of each says what it wants. If there is to be some, who
// has dialed says INFO once more, and both go on compressed, and each says its INFO again.

// negotiate looks at the first INFO on a connection, and reports whether that was all for now.
func (r *roster) negotiate(m *informed) (done bool) {
	of, wish, theirs := m.of, r.settings.Load().Compression, m.info.Compression
	switch {
	case of.negotiated:
		return false
	case !wish.Mode.Negotiates():
		of.negotiated, of.compression = true, compression.Off
		if theirs == "" || wish.Mode == compression.Unsupported {
			of.compression = compression.Unsupported
		}
		return false
	}
	of.negotiated = true
	terms, err := wish.Meet(theirs, m.from.RTT)
	if err != nil {
		m.answer(&peer.Judged{Err: peer.Refusal(report.ProtocolViolation, "%v", err)})
		return true
	}
	of.compression = terms.Mode
	if !terms.Mode.Negotiates() {
		return false
	}
	i := r.infoOn(of)
	i.RouteAccount = of.way.Account
	m.answer(&peer.Judged{Compress: terms, Say: line("INFO", i)})
	return true
}

// infoOn is the INFO of this broker behind what was agreed on.
func (r *roster) infoOn(of *route) *ownInfo {
	i := r.info(&r.table, of.way.Gossip, r.lame)
	i.Compression = r.settings.Load().Compression.Said(of.compression)
	return i
}

// delays reports whether the INFO for a server that is dialed waits for that of the server: because it has the place in the
// pool, which is not known before, or because of compression.
func (r *roster) delays(d *dial) bool {
	return r.table.Pool > 0 && d.account == "" || r.settings.Load().Compression.Mode.Negotiates()
}
