package conf

import (
	"errors"
	"fmt"
	"math"
	"net"
	"strconv"
	"strings"
	"time"
)

func text[S any](field func(*S) *string) func(*S, any) error {
	return func(s *S, value any) (err error) {
		*field(s), err = toText(value)
		return err
	}
}

func toggle[S any](field func(*S) *bool) func(*S, any) error {
	return func(s *S, value any) (err error) {
		*field(s), err = toBool(value)
		return err
	}
}

func duration[S any](field func(*S) *time.Duration) func(*S, any) error {
	return func(s *S, value any) (err error) {
		*field(s), err = toDuration(value)
		return err
	}
}

func number[S any, T int | int64](field func(*S) *T) func(*S, any) error {
	return func(s *S, value any) error {
		n, err := toInt(value)
		if err != nil {
			return err
		}
		if int64(T(n)) != n {
			return fmt.Errorf("%d is out of range", n)
		}
		*field(s) = T(n)
		return nil
	}
}

// address takes host:port, or a port alone, which leaves the host as it is.
func address[S any](fields func(*S) (*string, *int)) func(*S, any) error {
	return func(s *S, value any) error {
		host, port := fields(s)
		both, ok := value.(string)
		if !ok {
			return number(func(*S) *int { return port })(s, value)
		}
		h, p, err := net.SplitHostPort(both)
		if err != nil {
			return fmt.Errorf("%q is not host:port", both)
		}
		n, err := strconv.Atoi(p)
		if err != nil {
			return fmt.Errorf("%q has no number for a port", both)
		}
		*host, *port = h, n
		return nil
	}
}

// toText takes no number for text: 0123 has lost its zero by the time it gets
// here. The value is not quoted in the error, it may be a secret.
func toText(value any) (string, error) {
	if s, ok := value.(string); ok {
		return s, nil
	}
	return "", errors.New("needs text; put the value in quotes")
}

func toBool(value any) (bool, error) {
	switch v := value.(type) {
	case bool:
		return v, nil
	case string:
		switch strings.ToLower(v) {
		case "true", "yes", "on", "t", "1":
			return true, nil
		case "false", "no", "off", "f", "0":
			return false, nil
		}
	}
	return false, errors.New("needs true or false")
}

func toInt(value any) (int64, error) {
	switch v := value.(type) {
	case int64:
		return v, nil
	case string:
		return ParseSize(v)
	}
	return 0, errors.New("needs a whole number")
}

// longest keeps a number of seconds far from where a duration overflows.
const longest = 100 * 365 * 24 * time.Hour

// toDuration takes a duration as Go writes it, or a number of seconds.
func toDuration(value any) (time.Duration, error) {
	var d time.Duration
	switch v := value.(type) {
	case int64:
		return seconds(float64(v))
	case float64:
		return seconds(v)
	case string:
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			return seconds(f)
		}
		var err error
		if d, err = time.ParseDuration(v); err != nil {
			return 0, fmt.Errorf("%q is not a duration such as 2m or 500ms", v)
		}
	default:
		return 0, errors.New("needs a duration such as 2m or 500ms")
	}
	return seconds(d.Seconds())
}

func seconds(f float64) (time.Duration, error) {
	if !(f >= 0 && f <= longest.Seconds()) { // so written, it catches NaN
		return 0, fmt.Errorf("%v seconds is out of range", f)
	}
	return time.Duration(math.Round(f * float64(time.Second))), nil
}

// units are the powers of ten and of two that may stand behind a number.
var units = func() map[string]int64 {
	m := map[string]int64{"": 1, "b": 1}
	decimal, binary := int64(1), int64(1)
	for letter := range strings.SplitSeq("kmgtpe", "") {
		decimal, binary = decimal*1000, binary*1024
		m[letter] = decimal
		m[letter+"b"], m[letter+"i"], m[letter+"ib"] = binary, binary, binary
	}
	return m
}()

// ParseSize reads a number that may have a unit: 8k is 8,000, and 8kb, 8Ki and
// 8KiB are 8,192.
func ParseSize(s string) (int64, error) {
	s = strings.TrimSpace(s)
	digits := strings.TrimRight(s, "bBeEgGiIkKmMpPtT")
	unit, ok := units[strings.ToLower(s[len(digits):])]
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || !ok {
		return 0, fmt.Errorf("%q is not a number such as 1024, 64k or 1MB", s)
	}
	if n > math.MaxInt64/unit || n < math.MinInt64/unit {
		return 0, fmt.Errorf("%q is out of range", s)
	}
	return n * unit, nil
}
