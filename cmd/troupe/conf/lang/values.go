package lang

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// ToText takes no number for text: 0123 has lost its zero by the time it gets
// here. The value is not quoted in the error, it may be a secret.
func ToText(value any) (string, error) {
	if s, ok := value.(string); ok {
		return s, nil
	}
	return "", errors.New("needs text; put the value in quotes")
}

// ToBool takes true and false, and the words for them.
func ToBool(value any) (bool, error) {
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

// ToInt takes a whole number, which may have a unit: see [ParseSize].
func ToInt(value any) (int64, error) {
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

// million is what the language makes of an m behind a number that is not in quotes.
const million = 1_000_000

// ToDuration takes a duration as Go writes it, or a number of seconds. Millions of seconds are minutes without quotes.
func ToDuration(value any) (time.Duration, error) {
	var d time.Duration
	switch v := value.(type) {
	case int64:
		if v > 0 && v%million == 0 {
			return 0, fmt.Errorf("%dm without quotes is the number %d, and no minutes: write \"%[1]dm\"", v/million, v)
		}
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

// ToTexts takes a list of texts, or one that stands alone.
func ToTexts(value any) ([]string, error) {
	list, ok := value.([]any)
	if !ok {
		one, err := ToText(value)
		return []string{one}, err
	}
	all := make([]string, 0, len(list))
	for _, v := range list {
		v, _ := Unwrap(v, FileError{})
		one, err := ToText(v)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// EachText hands on each text of a list, or one that stands alone, until do has an error.
func EachText(value any, do func(text string) error) error {
	list, err := ToTexts(value)
	if err != nil {
		return err
	}
	for _, text := range list {
		if err := do(text); err != nil {
			return err
		}
	}
	return nil
}

// ToEnabled takes what switches something on, which may be said in words.
func ToEnabled(value any) (bool, error) {
	if text, ok := value.(string); ok {
		switch strings.ToLower(text) {
		case "enabled", "enable":
			return true, nil
		case "disabled", "disable":
			return false, nil
		}
	}
	on, err := ToBool(value)
	if err != nil {
		return false, errors.New("needs enabled, disabled or a block")
	}
	return on, nil
}
