package trace

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// secrets are the fields of a CONNECT that nobody may read in a log.
var secrets = []string{"pass", "auth_token", "jwt", "sig", "nkey"}

const redacted = `"` + redactedRest + `"`

// redact is the argument of a CONNECT or an INFO without its secrets. A field is
// known as one by what its name says, however it is spelled; of what cannot be
// read nothing is shown, because it may be anything.
func redact(arg []byte) []byte {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(arg, &fields); err != nil {
		return []byte(redacted)
	}
	found := false
	for name := range fields {
		if slices.ContainsFunc(secrets, func(secret string) bool { return strings.EqualFold(name, secret) }) {
			fields[name], found = json.RawMessage(redacted), true
		}
	}
	if !found {
		return arg
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(fields); err != nil {
		return []byte(redacted)
	}
	return bytes.TrimSpace(text.Bytes())
}
