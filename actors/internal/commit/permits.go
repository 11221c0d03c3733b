package commit

import (
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
)

// This file is whether a filtered subscription may be given a message. Its client may have fifty thousand of
// them and as many rules: so the answer for one is that for the next one too, as long as it depends on the same.

// permission is an answer, and what it depends on.
type permission struct {
	rights *access.Rights
	e      *batch.Entry
	queue  string // empty where it does not matter
	may    bool
}

// permits reports whether the client of a subscription may be given a message.
func (k *Committer) permits(s *interest.Subscription, e *batch.Entry) bool {
	if !s.IsFiltered() {
		return true
	}
	now := permission{rights: s.To.Rights.Load(), e: e, may: k.asked.may}
	if now.rights.TellsQueuesApart() {
		now.queue = s.Queue()
	}
	if now != k.asked {
		k.work.Spend(now.rights.Weight() * glance)
		now.may = now.rights.MayReceive(k.b.SubjectOf(e), now.queue)
		k.asked = now
	}
	return now.may
}

// permitsAs is the same under another name that the message has for the subscription.
func (k *Committer) permitsAs(s *interest.Subscription, name []byte) bool {
	if s.IsFiltered() {
		k.work.Spend(s.To.Rights.Load().Weight() * glance)
	}
	return s.Permits(name)
}
