package wire

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Greeting is an INFO that is sent to many clients and differs only in what it
// says about each. The common part is encoded once.
type Greeting struct{ before, maxPayload, behind []byte }

// Personal is what an INFO tells one client about itself. Empty fields are left
// out.
type Personal struct {
	ClientID      uint64
	ClientIP      string
	Nonce         string
	Connected     bool // the INFO that answers CONNECT
	RemoteAccount string
	System        bool // that is the system account
	MaxPayload    int  // in place of everybody's
	LameDuck      bool // the server will be gone soon: connect elsewhere
	// Import and Export are what a leaf node may want and what it may publish, as JSON; empty for everything.
	Import, Export []byte
}

var (
	infoEnd       = []byte("} \r\n")
	maxPayloadKey = []byte(`"max_payload":`)
)

// NewGreeting encodes the common part. What i says about a client is repeated to
// all of them, so it should say nothing.
func NewGreeting(i *Info) Greeting {
	common := bytes.TrimSuffix(AppendInfo(nil, i), infoEnd)
	at := bytes.LastIndex(common, maxPayloadKey) + len(maxPayloadKey) // a string has its quotes escaped
	end := at + len(strconv.Itoa(i.MaxPayload))
	return Greeting{before: common[:at], maxPayload: common[at:end], behind: common[end:]}
}

// Append appends the INFO line for one client.
func (g Greeting) Append(dst []byte, p Personal) []byte {
	dst = append(dst, g.before...)
	if p.MaxPayload != 0 {
		dst = strconv.AppendInt(dst, int64(p.MaxPayload), 10)
	} else {
		dst = append(dst, g.maxPayload...)
	}
	dst = append(dst, g.behind...)
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
	if p.System {
		dst = append(dst, `,"acc_is_sys":true`...)
	}
	if p.LameDuck {
		dst = append(dst, `,"ldm":true`...)
	}
	if len(p.Import) > 0 {
		dst = append(append(dst, `,"import":`...), p.Import...)
	}
	if len(p.Export) > 0 {
		dst = append(append(dst, `,"export":`...), p.Export...)
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
