package frames

import (
	"crypto/sha1" //nolint:gosec // what RFC 6455 asks for; nothing is kept secret by it
	"encoding/base64"
)

// keySuffix is what makes the answer to a key one that only a WebSocket gives.
const keySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

// AcceptOf is the Sec-WebSocket-Accept by which a server answers to the Sec-WebSocket-Key of a client.
func AcceptOf(key string) string {
	sum := sha1.Sum([]byte(key + keySuffix)) //nolint:gosec // see the import
	return base64.StdEncoding.EncodeToString(sum[:])
}
