package wire

import "bytes"

// RequestInfo is the header by which a service is told who asks it. The broker writes it where a request comes from another
// account, and what its sender has written there is gone.
const RequestInfo = "Nats-Request-Info"

// AppendReplaced appends a block of headers in which key has one value, or none if value is empty: whoever wrote the block
// may have had others, under the same name in any spelling. The rest stays as it is. An empty block is one without headers.
func AppendReplaced(dst, block []byte, key string, value []byte) []byte {
	first, rest := cutLine(block)
	if !bytes.HasPrefix(first, []byte(headerVersion)) {
		first = []byte(headerVersion)
	}
	dst = append(append(dst, first...), "\r\n"...)
	for len(rest) > 0 {
		var line []byte
		line, rest = cutLine(rest)
		name, _, isHeader := bytes.Cut(line, []byte(":"))
		if isHeader && !bytes.EqualFold(bytes.TrimSpace(name), []byte(key)) {
			dst = append(append(dst, line...), "\r\n"...)
		}
	}
	if len(value) > 0 {
		dst = append(append(append(dst, key...), ": "...), value...)
		dst = append(dst, "\r\n"...)
	}
	return append(dst, "\r\n"...)
}

// cutLine is the first line of a block and what follows its end. Some clients take a lone CR for one.
func cutLine(block []byte) (line, rest []byte) {
	end := bytes.IndexAny(block, "\r\n")
	if end < 0 {
		return block, nil
	}
	return block[:end], bytes.TrimPrefix(block[end+1:], []byte("\n"))
}
