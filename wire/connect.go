package wire

import "encoding/json"

// Connect is what a client says about itself and wants, in CONNECT.
type Connect struct {
	Verbose      bool   `json:"verbose"`       // +OK after every accepted command
	Pedantic     bool   `json:"pedantic"`      // check the subject of PUB and HPUB
	Echo         bool   `json:"echo"`          // deliver own messages to own subscriptions
	Headers      bool   `json:"headers"`       // may send HPUB, takes HMSG
	NoResponders bool   `json:"no_responders"` // wants a 503 for a request that nobody gets
	TLSRequired  bool   `json:"tls_required"`  // read for its type only: the server decides about TLS
	Protocol     int    `json:"protocol"`      // 1: takes INFO at any time
	Name         string `json:"name"`
	Lang         string `json:"lang"`
	Version      string `json:"version"`
	User         string `json:"user"`
	Pass         string `json:"pass"`
	AuthToken    string `json:"auth_token"`
	NKey         string `json:"nkey"`
	Sig          string `json:"sig"`
	ProxySig     string `json:"proxy_sig"` // a proxy that the client comes by has signed, as it says
	JWT          string `json:"jwt"`
	Account      string `json:"account"`
	NewAccount   bool   `json:"new_account"`
}

// DefaultConnect is what holds for a client that has not sent CONNECT. Verbose
// is on, which is why a person at a telnet prompt sees +OK.
func DefaultConnect() Connect { return Connect{Verbose: true, Pedantic: true, Echo: true} }

// Decode lays the JSON object in arg over c: what it leaves out keeps its value,
// keys match in any case, unknown ones are ignored, and null changes nothing.
// For anything else it returns [ErrParser] and c is as before.
func (c *Connect) Decode(arg []byte) error {
	overlaid := *c
	if overlaid.decodePlain(arg) {
		*c = overlaid
		return nil
	}
	overlaid = *c
	if json.Unmarshal(arg, &overlaid) != nil {
		return ErrParser
	}
	*c = overlaid
	return nil
}
