// Package operator is how users come in where no list of them exists: an operator
// signs accounts, accounts sign users, and each user presents what its account has
// signed, as a JSON web token of the kind that nsc makes.
//
// [Config] is what a broker is handed: the operators that it trusts, and the tokens
// of all accounts. [New] makes an [Authority] of it, which turns the accounts into
// those of package access and tells whom the token of a user belongs to.
//
// It owns the judgement of tokens: whether a signature, a time, a claim and an activation
// are sound. It promises that what is not in order is left out and named
// ([Authority.Left]), an import of a private export without its activation for one, and that
// isolation, imports and limits are those of all accounts, because the accounts that it
// makes are accounts like any other. It must not fetch an account from anywhere.
//
// [Authority.Admit] says who a token is. The identity keeps the claims and not the token, so
// that a reload judges it again by the accounts in force then, without a signature.
//
// It is pure, as package access is: whoever asks says what time it is. No token and
// no part of one is in an error.
package operator
