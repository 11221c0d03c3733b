// Package operator is how users come in where no list of them exists: an operator
// signs accounts, accounts sign users, and each user presents what its account has
// signed, as a JSON web token of the kind that nsc makes.
//
// [Config] is what a broker is handed: the operators that it trusts, and the tokens
// of all accounts. [New] makes an [Authority] of it, which turns the accounts into
// those of package access and tells whom the token of a user belongs to.
//
// It is pure, as package access is: whoever asks says what time it is. No token and
// no part of one is in an error.
package operator
