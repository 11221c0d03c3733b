package main

import (
	"testing"

	"github.com/nats-io/nats-server/v2/server"
)

// TestForgetAtOnce: the version of the server that is linked has what is changed.
func TestForgetAtOnce(t *testing.T) {
	s, err := server.NewServer(&server.Options{DontListen: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	if !forgetAtOnce(s) {
		t.Fatal("the server has no such field")
	}
}
