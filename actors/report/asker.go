package report

import "time"

// Asker is who asks a service, or answers for it, as others are told in the words of nats-server. Empty fields are not said.
type Asker struct {
	Start      *time.Time    `json:"start,omitempty"`
	Host       string        `json:"host,omitempty"`
	CID        uint64        `json:"id,omitempty"`
	Account    string        `json:"acc,omitempty"`
	Service    string        `json:"svc,omitempty"` // the account that passes the request on, if one does
	User       string        `json:"user,omitempty"`
	Name       string        `json:"name,omitempty"`
	Lang       string        `json:"lang,omitempty"`
	Version    string        `json:"ver,omitempty"`
	RTT        time.Duration `json:"rtt,omitempty"`
	Server     string        `json:"server,omitempty"`
	Cluster    string        `json:"cluster,omitempty"`
	IssuerKey  string        `json:"issuer_key,omitempty"`
	NameTag    string        `json:"name_tag,omitempty"`
	Tags       []string      `json:"tags,omitempty"`
	Kind       string        `json:"kind,omitempty"`
	ClientType string        `json:"client_type,omitempty"`
}

// Latency is how long one request to a service of another account took.
type Latency struct {
	Account string // that offers the service
	Subject string // the measurement is for

	Status    LatencyStatus
	Requestor *Asker              // as much as its account shares; nil for a part of the broker
	Responder *Asker              // nil if nobody has answered
	Header    map[string][]string // by which the request asked to be measured, nil if it did not
	Start     time.Time           // when the request was sent, as far as that can be known
	Service   time.Duration       // until the answer was sent
	System    time.Duration       // in the broker
	Total     time.Duration       // until the answer is there
}

// LatencyStatus is what became of a request.
type LatencyStatus int

// What may become of one.
const (
	LatencyAnswered   LatencyStatus = 200
	LatencyNoReply    LatencyStatus = 400 // it did not say where to answer
	LatencyGone       LatencyStatus = 408 // whoever has asked does not wait for the answer any more
	LatencyNoService  LatencyStatus = 503 // nobody was there to answer
	LatencyUnanswered LatencyStatus = 504 // nobody has answered in time
)

// Text is the status in words, empty for one that is as it should be.
func (s LatencyStatus) Text() string {
	switch s {
	case LatencyNoReply:
		return "Bad Request"
	case LatencyGone:
		return "Request Timeout"
	case LatencyNoService:
		return "Service Unavailable"
	case LatencyUnanswered:
		return "Service Timeout"
	case LatencyAnswered:
	}
	return ""
}
