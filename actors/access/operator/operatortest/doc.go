// Package operatortest makes operators, accounts and users for tests, each with a
// key of its own.
//
// It owns the keys that it makes and signs with. It promises tokens of the form that nsc
// makes, with the claims that the test asks for, sound or not. It must not be used outside
// of tests: its functions take a testing.TB, and its keys are protected by nothing.
package operatortest
