package mapping

import (
	"slices"
	"strconv"
	"strings"

	"github.com/troupe-mq/troupe/topics/internal/tokens"
)

// This file is the functions that the target of a [Transform] may call.

// function is a call as a piece.
func function(name string, args []string, stars []int) (piece, error) {
	name = strings.ToLower(name)
	switch cut := cuts[name]; {
	case name == "partition":
		return partitionCall(args, stars)
	case name == "random" && len(args) == 1:
		n, err := number(args[0])
		return func(dst []byte, _ string, random func(int) int) []byte {
			return strconv.AppendInt(dst, int64(random(n)), 10)
		}, err
	case len(args) != 2 || cut == nil && name != "split":
		return nil, errFunction
	case name == "split":
		return splitCall(args, stars)
	default:
		return cutCall(cut, args, stars)
	}
}

// partitionCall is a number for each subject, always the same: FNV-1a, as other
// servers have it, so that they agree.
func partitionCall(args []string, stars []int) (piece, error) {
	n, err := number(args[0])
	if err != nil {
		return nil, err
	}
	var at []int
	for _, arg := range args[1:] {
		star, err := wildcard(arg, stars)
		if err != nil {
			return nil, err
		}
		at = append(at, star)
	}
	return func(dst []byte, s string, _ func(int) int) []byte {
		h := fnvOffset
		if len(at) == 0 {
			h.add(s)
		}
		for _, i := range at {
			h.add(tokens.Nth(s, i))
		}
		return strconv.AppendUint(dst, uint64(h)%uint64(n), 10)
	}, nil
}

type fnv1a uint32

const (
	fnvOffset fnv1a = 2166136261
	fnvPrime  fnv1a = 16777619
)

func (h *fnv1a) add(s string) {
	for i := range len(s) {
		*h = (*h ^ fnv1a(s[i])) * fnvPrime
	}
}

// splitCall is what stands between separators, as tokens.
func splitCall(args []string, stars []int) (piece, error) {
	at, err := wildcard(args[0], stars)
	separator := strings.TrimLeft(args[1], " ")
	if err == nil && (separator == "" || strings.ContainsAny(separator, " \t\r\n*>")) {
		err = errFunction
	}
	return func(dst []byte, s string, _ func(int) int) []byte {
		parts := strings.Split(tokens.Nth(s, at), separator)
		parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
		return append(dst, strings.Join(parts, ".")...)
	}, err
}

// cuts are the functions of one token and a number of bytes, less than it has.
var cuts = map[string]func(dst []byte, token string, n int) []byte{
	"left":  func(dst []byte, token string, n int) []byte { return append(dst, token[:n]...) },
	"right": func(dst []byte, token string, n int) []byte { return append(dst, token[len(token)-n:]...) },
	"splitfromleft": func(dst []byte, token string, n int) []byte {
		return append(append(append(dst, token[:n]...), '.'), token[n:]...)
	},
	"splitfromright": func(dst []byte, token string, n int) []byte {
		n = len(token) - n
		return append(append(append(dst, token[:n]...), '.'), token[n:]...)
	},
	"slicefromleft":  func(dst []byte, token string, n int) []byte { return slice(dst, token, n, n) },
	"slicefromright": func(dst []byte, token string, n int) []byte { return slice(dst, token, (len(token)-1)%n+1, n) },
}

// slice appends the first bytes of a token, and the others in parts of n bytes.
func slice(dst []byte, token string, first, n int) []byte {
	dst = append(dst, token[:first]...)
	for token = token[first:]; token != ""; token = token[min(n, len(token)):] {
		dst = append(append(dst, '.'), token[:min(n, len(token))]...)
	}
	return dst
}

// cutCall is one of them. A token that is too short stays as it is.
func cutCall(cut func(dst []byte, token string, n int) []byte, args []string, stars []int) (piece, error) {
	at, err := wildcard(args[0], stars)
	if err != nil {
		return nil, err
	}
	n, err := number(args[1])
	return func(dst []byte, s string, _ func(int) int) []byte {
		token := tokens.Nth(s, at)
		if n >= len(token) {
			return append(dst, token...)
		}
		return cut(dst, token, n)
	}, err
}

// wildcard is where the wildcard with that number is, stars being where all are.
func wildcard(arg string, stars []int) (at int, err error) {
	n, err := number(arg)
	switch {
	case err != nil:
		return 0, err
	case n > len(stars):
		return 0, errNone
	default:
		return stars[n-1], nil
	}
}

// number is an argument that counts something.
func number(arg string) (int, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(arg), 10, 32)
	if err != nil || n < 1 {
		return 0, errFunction
	}
	return int(n), nil
}
