package wire

// word recognises the operation at buf[at] and says where it ends. It looks at
// every byte as soon as it is there, because what can no longer become an
// operation is an error at once: nobody should have to wait for the answer to
// "GET /" until a line ends. OpNone without an error means: not enough bytes.
func word(buf []byte, at int) (op Op, end int, err error) {
	if at >= len(buf) {
		return OpNone, at, nil
	}
	op, ok := candidate(buf, at)
	if !ok {
		return OpNone, at, ErrUnknownOp
	}
	if op == OpNone {
		return OpNone, at, nil
	}
	w := words[op]
	for i := range len(w) {
		if at+i >= len(buf) {
			return OpNone, at, nil
		}
		if fold(buf[at+i]) != w[i] {
			return OpNone, at, ErrUnknownOp
		}
	}
	end = at + len(w)
	switch op {
	case OpPub, OpHpub, OpSub, OpUnsub, OpErr:
		if end >= len(buf) {
			return OpNone, at, nil
		}
		if !isBlank(buf[end]) {
			return OpNone, at, ErrUnknownOp
		}
	default: // the others need no blank, and PING, PONG and +OK ignore what follows
	}
	return op, end, nil
}

// candidate is the only operation that begins like buf[at:], or OpNone while
// that takes one more byte.
func candidate(buf []byte, at int) (op Op, ok bool) {
	switch fold(buf[at]) {
	case 'p':
		if at+1 >= len(buf) {
			return OpNone, true
		}
		switch fold(buf[at+1]) {
		case 'u':
			return OpPub, true
		case 'i':
			return OpPing, true
		case 'o':
			return OpPong, true
		}
		return OpNone, false
	case 'h':
		return OpHpub, true
	case 's':
		return OpSub, true
	case 'u':
		return OpUnsub, true
	case 'c':
		return OpConnect, true
	case 'i':
		return OpInfo, true
	case '+':
		return OpOK, true
	case '-':
		return OpErr, true
	}
	return OpNone, false
}

// fold maps upper case letters to lower case and leaves every other byte.
func fold(b byte) byte {
	if b-'A' < 26 {
		return b | 0x20
	}
	return b
}
