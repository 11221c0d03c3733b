package wire

import "bytes"

// Client libraries write CONNECT as one flat object of plain keys, words,
// numbers and strings without escapes. That much is read here, without the
// general decoder's reflection and depth of stack; whatever is spelled in any
// other way is left to the general decoder, which defines what it means.

// decodePlain lays a plainly spelled object over c. It reports false, with c in
// an undefined state, if the general decoder has to look at it.
func (c *Connect) decodePlain(arg []byte) bool {
	rest, ok := bytes.CutPrefix(arg, []byte("{"))
	if !ok {
		return false
	}
	for {
		var key, value []byte
		if key, rest, ok = plainString(rest); !ok || len(rest) == 0 || rest[0] != ':' {
			return false
		}
		rest = rest[1:]
		if len(rest) > 0 && rest[0] == '"' {
			if value, rest, ok = plainString(rest); !ok || !c.setText(key, value) {
				return false
			}
		} else {
			if value, rest = plainWord(rest); !c.setWord(key, value) {
				return false
			}
		}
		switch {
		case len(rest) > 1 && rest[0] == ',':
			rest = rest[1:]
		default:
			return len(rest) == 1 && rest[0] == '}'
		}
	}
}

// plainString cuts off a string in which every byte stands for itself.
func plainString(p []byte) (text, rest []byte, ok bool) {
	if len(p) == 0 || p[0] != '"' {
		return nil, p, false
	}
	for i := 1; i < len(p); i++ {
		switch b := p[i]; {
		case b == '"':
			return p[1:i], p[i+1:], true
		case b == '\\' || b < ' ' || b >= 0x80:
			return nil, p, false
		}
	}
	return nil, p, false
}

// plainWord cuts off what ends at a comma or a brace.
func plainWord(p []byte) (word, rest []byte) {
	if i := bytes.IndexAny(p, ",}"); i >= 0 {
		return p[:i], p[i:]
	}
	return p, nil
}

// setText sets a field that is a string.
func (c *Connect) setText(key, value []byte) bool {
	var field *string
	switch string(key) {
	case "name":
		field = &c.Name
	case "lang":
		field = &c.Lang
	case "version":
		field = &c.Version
	case "user":
		field = &c.User
	case "pass":
		field = &c.Pass
	case "auth_token":
		field = &c.AuthToken
	case "nkey":
		field = &c.NKey
	case "proxy_sig":
		field = &c.ProxySig
	case "sig":
		field = &c.Sig
	case "jwt":
		field = &c.JWT
	default:
		return false
	}
	*field = string(value)
	return true
}

// setWord sets a field that is a word or one digit.
func (c *Connect) setWord(key, value []byte) bool {
	if string(key) == "protocol" {
		if len(value) != 1 || value[0] < '0' || value[0] > '9' {
			return false
		}
		c.Protocol = int(value[0] - '0')
		return true
	}
	var field *bool
	switch string(key) {
	case "verbose":
		field = &c.Verbose
	case "pedantic":
		field = &c.Pedantic
	case "echo":
		field = &c.Echo
	case "headers":
		field = &c.Headers
	case "no_responders":
		field = &c.NoResponders
	case "tls_required":
		field = &c.TLSRequired
	default:
		return false
	}
	switch string(value) {
	case "true":
		*field = true
	case "false":
		*field = false
	default:
		return false
	}
	return true
}
