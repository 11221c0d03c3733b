package wire

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Greeting is an INFO that is sent to many clients and differs only in what it
// says about each. The common part is encoded once.
type Greeting struct{ common []byte }

// Personal is what an INFO tells one client about itself. Empty fields are left
// out.
type Personal struct {
	ClientID      uint64
	ClientIP      string
	Nonce         string
	Connected     bool // the INFO that answers CONNECT
	RemoteAccount string
	LameDuck      bool // the server will be gone soon: connect elsewhere
}

var infoEnd = []byte("} \r\n")

// NewGreeting encodes the common part. What i says about a client is repeated to
// all of them, so it should say nothing.
func NewGreeting(i *Info) Greeting {
	return Greeting{common: bytes.TrimSuffix(AppendInfo(nil, i), infoEnd)}
}

// Append appends the INFO line for one client.
func (g Greeting) Append(dst []byte, p Personal) []byte {
	dst = append(dst, g.common...)
	if p.ClientID != 0 {
		dst = append(dst, `,"client_id":`...)
		dst = strconv.AppendUint(dst, p.ClientID, 10)
	}
	dst = appendField(dst, "client_ip", p.ClientIP)
	dst = appendField(dst, "nonce", p.Nonce)
	if p.Connected {
		dst = append(dst, `,"connect_info":true`...)
	}
	dst = appendField(dst, "remote_account", p.RemoteAccount)
	if p.LameDuck {
		dst = append(dst, `,"ldm":true`...)
	}
	return append(dst, infoEnd...)
}

func appendField(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	dst = append(dst, ',', '"')
	dst = append(dst, name...)
	dst = append(dst, '"', ':')
	text, _ := json.Marshal(value) // a string is always JSON
	return append(dst, text...)
}
