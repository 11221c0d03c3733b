// Package operators reads whom the broker trusts, and where it finds the accounts that they have signed: the keys
// operator, trusted_keys, resolver, resolver_tls and resolver_preload of a configuration file, and their kin.
//
// It owns these keys, and what goes together of them and of accounts that stand in the file.
//
// It promises that a token or a key that cannot be is a mistake with a line, and that a secret one is not quoted.
//
// It must not find accounts: that is for package registry, when the broker starts.
package operators
