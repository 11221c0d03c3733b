package actors

import (
	"cmp"
	"context"
	"slices"

	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/actors/internal/connection"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/internal/survey"
	"github.com/troupe-mq/troupe/actors/internal/wiring"
	"github.com/troupe-mq/troupe/actors/report"
)

// Reload puts another configuration into force, all of it or nothing. It returns what has changed. The error says
// what is wrong with the configuration, or which setting cannot be changed while the broker runs (a config.FixedError), or is
// report.ErrStopped; then nothing has changed. The logger and the version stay as they are.
//
// Clients that the changes do not concern notice nothing. One that could not come
// in any more is closed with an Authorization Violation; one that may do less
// loses the subscriptions that it may not have, and is told which. It is all in
// force when Reload returns, save in connections that do not answer within ctx.
func (b *Broker) Reload(ctx context.Context, to Config) (config.Changes, error) {
	b.reloading.Lock()
	defer b.reloading.Unlock()
	return b.reload(ctx, to)
}

// Update changes some of the configuration in force, as Reload does. edit is handed a copy of it, whose lists and
// maps it must not change but replace. Nothing is changed if it returns an error, which is returned.
func (b *Broker) Update(ctx context.Context, edit func(c *Config) error) (config.Changes, error) {
	b.reloading.Lock()
	defer b.reloading.Unlock()
	to := *b.config()
	if err := edit(&to); err != nil {
		return nil, err
	}
	return b.reload(ctx, to)
}

// reload is Reload for who holds the lock.
func (b *Broker) reload(ctx context.Context, to Config) (config.Changes, error) {
	if b.asker.Stopped() {
		return nil, report.ErrStopped
	}
	old := b.inForce.Load()
	to.Logger, to.Version, to.AccountSource = old.config.Logger, old.config.Version, old.config.AccountSource
	if err := to.Validate(); err != nil {
		return nil, err
	}
	now, err := newConfiguration(&to, old, b.host.Now())
	if err != nil {
		return nil, err
	}
	changes, toJudge, err := config.Diff(&old.config, &now.config)
	if err != nil {
		return nil, err
	}
	if err := b.startInquiry(ctx, now); err != nil {
		return nil, err
	}
	if b.env.Lame.Load() && b.endpoints.Moves(&now.config) {
		return nil, ErrLameDuck
	}
	partitions, err := b.startPartitions(now.config.Partitions)
	if err != nil {
		return nil, err
	}
	ways, err := b.endpoints.Prepare(ctx, &now.config)
	if err != nil {
		b.stopPartitions(partitions)
		return nil, err
	}
	b.putInForce(now)
	b.watchImports()
	b.budget.SetLimit(now.config.OutboundBudget)
	b.env.Inbound.SetLimit(now.config.InboundBudget)
	b.listeners.Admission.SetLimits(now.config.MaxConnectionsPerAddress, now.config.MaxAttemptsPerAddress)
	b.announcing.Lock()
	ways.Apply()
	b.announcing.Unlock()
	b.announce()
	b.listeners.Exchange(ways.Gone(), ways.Added(), survey.AskWait)
	for _, at := range ways.Gone() {
		b.failures.Forget(at.Path())
	}
	if toJudge {
		b.judgeAll(ctx)
	}
	b.releaseAccounts()
	b.links.Apply(configOwner, b.uplinks(now.config.LeafNodes))
	b.spokes.Apply(wiring.Spokes(&now.config))
	b.reloadCluster()
	b.usePartitions(partitions)
	return changes, nil
}

// releaseAccounts gives back what is kept for accounts that are gone. Those that still
// have connections are left to the next reload.
func (b *Broker) releaseAccounts() {
	accounts := b.settings.Load().Accounts
	live := accounts.Live()
	now := b.env.Partitions.Load()
	for _, p := range now.PIDs {
		b.host.Send(p, &partition.Retain{Accounts: live})
	}
	now.Retain(live)
	accounts.Replies.Retain(live)
}

// judgeAll has every connection look at itself. Where there are more clients from outside than
// there may be, those go that came last.
func (b *Broker) judgeAll(ctx context.Context) {
	surplus := make(map[uint64]bool)
	if most := max(b.config().MaxConnections, 0); b.counters.External.Load() > int64(most) {
		externals := b.asker.Externals(ctx)
		slices.SortFunc(externals, func(a, b survey.Address) int { return cmp.Compare(a.Cid, b.Cid) })
		for _, at := range externals[min(most, len(externals)):] {
			surplus[at.Cid] = true
		}
	}
	all := b.asker.Everybody()
	for _, l := range b.env.Links.All() {
		all = append(all, survey.Address{Cid: l.ID, Pid: l.PID})
	}
	done := make(chan bool, len(all)) // room for all
	survey.Survey(ctx, b.host, all, func(i int) any { return &connection.ApplySettings{Surplus: surplus[all[i].Cid], Done: done} }, done, func(bool) {})
}
