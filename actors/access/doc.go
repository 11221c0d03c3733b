// Package access decides who may come in. It is pure: it knows no connection
// and no clock, takes what CONNECT presented and says yes or no.
package access
