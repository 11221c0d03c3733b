package frames

import "encoding/binary"

// Decoder takes the frames of a client, or of a server, apart. The zero Decoder is at the beginning of
// a connection. After a part that is wrong it must not be used again.
type Decoder struct {
	// Compression is agreed: messages may be compressed.
	Compression bool
	// Served: the frames are those of a server, which have no mask.
	Served bool

	header [maxClientHeader]byte
	have   int // bytes of header; that of a frame under way is complete
	left   uint64
	key    [4]byte
	masked int // bytes since the key was last at its beginning, modulo 4

	op         Opcode // of the frame under way
	within     bool   // a frame is under way
	last       bool   // it is the last of its message
	open       bool   // a message is under way, of which this or another frame is to come
	compressed bool   // that message is

	control []byte // what the control frame under way says so far; most clients send none
}

// maxClientHeader is a size in eight bytes, and the key.
const maxClientHeader = 2 + 8 + 4

// Part is the next thing that a client's bytes say.
type Part struct {
	Op         Opcode // Binary for whatever belongs to a message
	Bytes      []byte // without the mask, in place; of a control frame, valid until the next part
	Compressed bool   // the message is
	Last       bool   // it ends here
	Wrong      string // what the client has done wrong; nothing more can be read then
}

// Next takes the first part off p, and unmasks it where it is. some is false if there
// is nothing yet; p is used up then.
func (d *Decoder) Next(p []byte) (part Part, rest []byte, some bool) {
	for {
		if !d.within {
			var wrong string
			if p, wrong = d.begin(p); wrong != "" {
				return Part{Wrong: wrong}, nil, true
			}
			if !d.within {
				return Part{}, nil, false
			}
		}
		n := int(min(uint64(len(p)), d.left))
		if n == 0 && d.left > 0 {
			return Part{}, nil, false
		}
		bytes := p[:n]
		p = p[n:]
		if !d.Served {
			d.unmask(bytes)
		}
		d.left -= uint64(n)
		d.within = d.left > 0
		if !d.op.control() {
			return d.data(bytes), p, true
		}
		d.control = append(d.control, bytes...)
		if !d.within {
			return Part{Op: d.op, Bytes: d.control}, p, true
		}
	}
}

// data is a piece of a message.
func (d *Decoder) data(bytes []byte) Part {
	ends := d.last && !d.within
	if ends {
		d.open = false
	}
	return Part{Op: Binary, Bytes: bytes, Compressed: d.compressed, Last: ends}
}

// begin takes the header of a frame off p, or as much of it as there is.
func (d *Decoder) begin(p []byte) (rest []byte, wrong string) {
	for {
		n := copy(d.header[d.have:d.needs()], p)
		d.have, p = d.have+n, p[n:]
		if wrong := d.judge(); wrong != "" {
			return nil, wrong
		}
		if d.have == d.needs() {
			break
		}
		if len(p) == 0 {
			return nil, ""
		}
	}
	return p, d.enter()
}

// needs is how many bytes the header has, as far as that is known.
func (d *Decoder) needs() int {
	key := len(d.key)
	if d.Served {
		key = 0
	}
	switch {
	case d.have < 2:
		return 2
	case d.header[1]&^maskBit == 126:
		return 2 + 2 + key
	case d.header[1]&^maskBit == 127:
		return 2 + 8 + key
	default:
		return 2 + key
	}
}

// judge looks at the bytes of the header that are there.
func (d *Decoder) judge() (wrong string) {
	if d.have < 2 {
		return ""
	}
	first, second := d.header[0], d.header[1]
	op, last, compressed := Opcode(first&opBits), first&finBit != 0, first&rsv1Bit != 0
	switch {
	case first&rsvBits != 0:
		return "RSV2 and RSV3 must be clear"
	case compressed && !d.Compression:
		return "compressed frame received without negotiated permessage-deflate"
	case second&maskBit == 0 && !d.Served:
		return "mask bit missing"
	case second&maskBit != 0 && d.Served:
		return "frame of a server with a mask"
	}
	switch op {
	case Ping, Pong, Close:
		switch {
		case second&^maskBit > MaxControl:
			return "control frame length bigger than maximum allowed of 125 bytes"
		case !last:
			return "control frame does not have final bit set"
		case compressed:
			return "control frame must not be compressed"
		}
	case Text, Binary:
		if d.open {
			return "new message started before final frame for previous message was received"
		}
	case Continuation:
		if !d.open || compressed {
			return "invalid continuation frame"
		}
	default:
		return "unknown opcode"
	}
	return ""
}

// enter begins the frame whose header is complete.
func (d *Decoder) enter() (wrong string) {
	first, size := d.header[0], uint64(d.header[1]&^maskBit)
	at := 2
	switch size {
	case 126:
		size, at = uint64(binary.BigEndian.Uint16(d.header[2:])), 4
	case 127:
		size, at = binary.BigEndian.Uint64(d.header[2:]), 10
		if size>>63 != 0 {
			return "invalid 64-bit payload length"
		}
	}
	if !d.Served {
		d.key = [4]byte(d.header[at:])
	}
	d.left, d.masked, d.have, d.control = size, 0, 0, d.control[:0]
	d.op, d.within = Opcode(first&opBits), true
	if d.op.control() {
		return ""
	}
	d.last = first&finBit != 0
	if d.op != Continuation {
		d.open, d.compressed = true, first&rsv1Bit != 0
	}
	return ""
}

// unmask takes the mask off the next bytes of the frame.
func (d *Decoder) unmask(p []byte) {
	mask(p, d.key, d.masked)
	d.masked = (d.masked + len(p)) & 3
}

// mask puts a mask, from one of its bytes on, onto bytes that have none, or takes it off, eight at a time.
func mask(p []byte, with [4]byte, from int) {
	var key [8]byte
	for i := range key {
		key[i] = with[(from+i)&3]
	}
	word := binary.LittleEndian.Uint64(key[:])
	for ; len(p) >= 8; p = p[8:] {
		binary.LittleEndian.PutUint64(p, binary.LittleEndian.Uint64(p)^word)
	}
	for i := range p {
		p[i] ^= key[i]
	}
}
