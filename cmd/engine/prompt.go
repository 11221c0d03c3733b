package main

import (
	"reflect"
	"unsafe"

	"github.com/nats-io/nats-server/v2/server"
)

// forgetAtOnce has a server forget a request for messages as soon as nobody wants the answer, and reports whether it
// could. A server that lets leaf nodes in goes on for two seconds to send messages to who has asked and gone: the interest
// in an answer may come over a link later than the request. That of this server's only leaf node, the broker, comes first.
// So the two seconds would do nothing but lose messages until they are sent again, and have a consumer that is pinned to
// one client wait for one who has left. There is no option for it.
func forgetAtOnce(s *server.Server) bool {
	f := reflect.ValueOf(s).Elem().FieldByName("leafNodeEnabled")
	if !f.IsValid() || f.Kind() != reflect.Bool {
		return false // in another version of the server
	}
	*(*bool)(unsafe.Pointer(f.UnsafeAddr())) = false
	return true
}
