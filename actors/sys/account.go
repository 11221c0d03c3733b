package sys

import (
	"cmp"
	"context"
	"time"

	"github.com/troupe-mq/troupe/actors/documents"
)

// accountTopics are what is asked about one account.
var accountTopics = map[string]endpoint{
	"CONNZ": about(connections),
	"SUBSZ": about(func(ctx context.Context, s *source, r *request, o documents.SubszOptions) utterance {
		o.Account, o.Subs = r.account, true
		return data(s.documents.Subsz(ctx, o))
	}),
	"LEAFZ": about(func(ctx context.Context, s *source, r *request, o documents.LeafzOptions) utterance {
		o.Account = r.account
		return &answer{Data: s.documents.Leafz(ctx, o)}
	}),
	"JSZ": about(func(ctx context.Context, s *source, r *request, o documents.JszOptions) utterance {
		if r.account != "" {
			o.Account = r.account
		}
		return data(s.documents.AccountJsz(ctx, o))
	}),
	"INFO":  about(accountInfo),
	"STATZ": about(accountStats),
	"CONNS": about(accountConnections),
}

func accountInfo(ctx context.Context, s *source, r *request, _ plain) utterance {
	name := r.account
	if name == "" {
		name = everyone // which is no account
	}
	found, err := s.documents.Accountz(ctx, documents.AccountzOptions{Account: name})
	if err != nil {
		return failed(codeInternal, err.Error())
	}
	return &answer{Data: found.Detail}
}

// accountStats is silent about an account that does not exist: another server may
// know it.
func accountStats(_ context.Context, s *source, r *request, o documents.AccountStatzOptions) utterance {
	if r.account != "" {
		o.Accounts = []string{r.account}
	}
	found := s.documents.AccountStatz(o)
	if r.account != "" && len(found.Accounts) == 0 {
		return nil
	}
	return &answer{Data: found}
}

func accountConnections(_ context.Context, s *source, r *request, _ plain) utterance {
	if r.account == "" {
		return nil
	}
	found := s.documents.AccountStatz(documents.AccountStatzOptions{Accounts: []string{r.account}})
	if len(found.Accounts) == 0 {
		return nil
	}
	return newAccountEvent(found.Accounts[0], found.Now)
}

// user is what a client is told about itself.
type user struct {
	User        string       `json:"user"`
	Account     string       `json:"account"`
	AccountName string       `json:"account_name"`
	UserName    string       `json:"user_name,omitempty"`
	Permissions *permissions `json:"permissions,omitempty"`
	// Expires is how long the user may stay.
	Expires time.Duration `json:"expires,omitempty"`
}

// aboutUser does not look at the body: whoever asks is the one who is meant.
func aboutUser(_ context.Context, _ *source, r *request) utterance {
	u := user{User: r.from.User, Account: r.from.Account, AccountName: cmp.Or(r.from.AccountName, r.from.Account), UserName: r.from.UserName}
	if end := r.from.Expires; !end.IsZero() {
		u.Expires = time.Until(end)
	}
	u.Permissions = shownPermissions(r.from.Permissions)
	return &answer{Data: u}
}
