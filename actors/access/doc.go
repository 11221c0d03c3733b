// Package access decides who may come in. It is pure: it takes what CONNECT
// presented and says yes or no.
//
// It owns the comparison of secrets, in clear or as bcrypt hashes, and promises
// that the time it takes does not tell which part of a credential was wrong, as
// long as the secret is configured in clear. It knows no connection and no clock,
// and keeps nothing of what it was shown.
package access
