package wire

import "bytes"

// LastSubject is the subject of the last message among encoded lines, which
// begin with a whole one; empty if there is no message. It is for reports, not
// for the data path: it walks over everything.
func LastSubject(lines []byte) string {
	var subject []byte
	for len(lines) > 0 {
		end := bytes.IndexByte(lines, '\n')
		if end < 0 {
			break
		}
		f := bytes.Fields(lines[:end])
		lines = lines[end+1:]
		if len(f) < 4 || !bytes.Equal(f[0], []byte("MSG")) && !bytes.Equal(f[0], []byte("HMSG")) {
			continue
		}
		subject = f[1]
		size, ok := ParseSize(f[len(f)-1])
		if !ok || int(size)+2 > len(lines) {
			break
		}
		lines = lines[size+2:]
	}
	return string(subject)
}
