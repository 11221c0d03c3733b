package sys

import (
	"time"

	"github.com/troupe-mq/troupe/actors/documents"
)

// Server is who answers: it is in every answer and every event.
type Server struct {
	Name      string    `json:"name"`
	Host      string    `json:"host"`
	ID        string    `json:"id"`
	Cluster   string    `json:"cluster,omitempty"`
	Version   string    `json:"ver"`
	Tags      []string  `json:"tags,omitempty"`
	JetStream bool      `json:"jetstream"`
	Flags     uint64    `json:"flags"`
	Seq       uint64    `json:"seq"` // counts what the server has said
	Time      time.Time `json:"time"`
}

// utterance is whatever the server says: an answer or an event.
type utterance interface {
	by(s *Server) // says who speaks
}

// standing is the server itself, as an utterance.
type standing struct{ *Server }

func (u *standing) by(s *Server) { u.Server = s }

// answer is what most requests get: one of data, statsz and an error.
type answer struct {
	Server *Server           `json:"server"`
	Data   any               `json:"data,omitempty"`
	Statsz *documents.Statsz `json:"statsz,omitempty"`
	Error  *failure          `json:"error,omitempty"`
}

func (a *answer) by(s *Server) { a.Server = s }

// failure is an error as those who ask are told it.
type failure struct {
	Code        int    `json:"code"`
	Description string `json:"description"`
}

// The codes, which are those of HTTP.
const (
	codeBadRequest = 400
	codeInternal   = 500
)

func failed(code int, description string) *answer {
	return &answer{Error: &failure{Code: code, Description: description}}
}
