package decode

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode"

	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// ErrBlock is the error of a value that nothing can be read into: it has to be a pointer to a structure.
var ErrBlock = errors.New("a block is read into a pointer to a structure")

// Block reads a block into a structure. Mistakes in it are noted where they stand; the error is one of whoever
// wrote the structure.
func Block(r *lang.Reader, into any, values map[string]any) error {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("%w, and this is a %T", ErrBlock, into)
	}
	toStruct(r, v.Elem(), values)
	return nil
}

func toStruct(r *lang.Reader, into reflect.Value, values map[string]any) {
	r.Block(values, func(key string, value any, _ lang.FileError) error {
		field, ok := fieldOf(into, key)
		if !ok {
			return lang.Unknown(key, strings.Join(keysOf(into), " "))
		}
		return lang.Named(key, toField(r, field, value))
	})
}

// fieldOf is the field of a structure that a key belongs to.
func fieldOf(v reflect.Value, key string) (reflect.Value, bool) {
	for field := range v.Type().Fields() {
		if field.IsExported() && keyOf(field) != "-" && strings.EqualFold(keyOf(field), key) {
			return v.FieldByIndex(field.Index), true
		}
	}
	return reflect.Value{}, false
}

// keysOf are the keys of all its fields.
func keysOf(v reflect.Value) (keys []string) {
	for field := range v.Type().Fields() {
		if key := keyOf(field); field.IsExported() && key != "-" {
			keys = append(keys, key)
		}
	}
	return keys
}

// keyOf is what a field is called in the file.
func keyOf(field reflect.StructField) string {
	if tag := field.Tag.Get("conf"); tag != "" {
		return tag
	}
	var key strings.Builder
	name := []rune(field.Name)
	for i, r := range name {
		begins := i > 0 && unicode.IsUpper(r) && (!unicode.IsUpper(name[i-1]) || i+1 < len(name) && unicode.IsLower(name[i+1]))
		if begins {
			key.WriteByte('_')
		}
		key.WriteRune(unicode.ToLower(r))
	}
	return key.String()
}

// toField puts a value of the language into a field.
func toField(r *lang.Reader, into reflect.Value, value any) error {
	if u, ok := reflect.TypeAssert[encoding.TextUnmarshaler](into.Addr()); ok {
		text, err := lang.ToText(value)
		if err != nil {
			return err
		}
		return u.UnmarshalText([]byte(text))
	}
	if d, ok := reflect.TypeAssert[*time.Duration](into.Addr()); ok {
		parsed, err := lang.ToDuration(value)
		*d = parsed
		return err
	}
	switch into.Kind() {
	case reflect.String:
		text, err := lang.ToText(value)
		into.SetString(text)
		return err
	case reflect.Bool:
		on, err := lang.ToBool(value)
		into.SetBool(on)
		return err
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return toNumber(into, value)
	case reflect.Struct, reflect.Map:
		block, ok := value.(map[string]any)
		if !ok {
			return errors.New("needs a block: { … }")
		}
		if into.Kind() == reflect.Map {
			return toMap(r, into, block)
		}
		toStruct(r, into, block)
		return nil
	case reflect.Slice:
		return toList(r, into, value)
	default:
		return fmt.Errorf("the extension cannot take it: no value can be read into a %s", into.Type())
	}
}

func toNumber(into reflect.Value, value any) error {
	if fraction, ok := value.(float64); ok && into.CanFloat() {
		into.SetFloat(fraction)
		return nil
	}
	n, err := lang.ToInt(value)
	if err != nil {
		return err
	}
	outOfRange := into.CanInt() && into.OverflowInt(n) || into.CanUint() && (n < 0 || into.OverflowUint(uint64(n)))
	switch {
	case outOfRange:
		return fmt.Errorf("%d is out of range", n)
	case into.CanInt():
		into.SetInt(n)
	case into.CanUint():
		into.SetUint(uint64(n))
	default:
		into.SetFloat(float64(n))
	}
	return nil
}

// toList takes a list, or one value for a list of it. It is a new one: the old one may be in force.
func toList(r *lang.Reader, into reflect.Value, value any) error {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	all := reflect.MakeSlice(into.Type(), len(list), len(list))
	for i, v := range list {
		v, _ := lang.Unwrap(v, lang.FileError{})
		if err := toField(r, all.Index(i), v); err != nil {
			return err
		}
	}
	into.Set(all)
	return nil
}

// toMap takes a block whose keys are data.
func toMap(r *lang.Reader, into reflect.Value, values map[string]any) error {
	t := into.Type()
	if t.Key().Kind() != reflect.String {
		return fmt.Errorf("the extension cannot take it: the keys of a %s are no text", t)
	}
	all := reflect.MakeMapWithSize(t, len(values))
	r.Block(values, func(key string, value any, _ lang.FileError) error {
		one := reflect.New(t.Elem()).Elem()
		if err := toField(r, one, value); err != nil {
			return lang.Named(key, err)
		}
		all.SetMapIndex(reflect.ValueOf(key).Convert(t.Key()), one)
		return nil
	})
	into.Set(all)
	return nil
}
