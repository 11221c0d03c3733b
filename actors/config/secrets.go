package config

import (
	"slices"

	"github.com/troupe-mq/troupe/actors/access"
)

// WithoutSecrets is the configuration as far as it may be shown.
func (c *Config) WithoutSecrets() Config {
	shown := *c
	shown.Password, shown.Token = "", ""
	shown.Operators, shown.AccountTokens, shown.DefaultSentinel = nil, nil, ""
	shown.Users = withoutPasswords(c.Users)
	shown.Accounts = AccountsWithoutSecrets(c.Accounts)
	if c.Cluster != nil {
		shown.Cluster = c.Cluster.WithoutSecrets()
	}
	if c.LeafNodes != nil {
		shown.LeafNodes = c.LeafNodes.WithoutSecrets()
	}
	return shown
}

// AccountsWithoutSecrets are accounts as far as they may be shown.
func AccountsWithoutSecrets(accounts []access.Account) []access.Account {
	accounts = slices.Clone(accounts)
	for i := range accounts {
		accounts[i].Users = withoutPasswords(accounts[i].Users)
	}
	return accounts
}

func withoutPasswords(users []access.User) []access.User {
	users = slices.Clone(users)
	for i := range users {
		users[i].Password = ""
	}
	return users
}
