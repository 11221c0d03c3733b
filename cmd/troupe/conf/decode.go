package conf

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode"
)

// ErrBlock is the error of a value in Blocks that nothing can be read into: it has to be a pointer to a structure.
var ErrBlock = errors.New("a block is read into a pointer to a structure")

// decodeBlock reads a block into a structure. Mistakes in it are noted where they stand; the error is one of whoever
// wrote the structure.
func (f *file) decodeBlock(into any, values map[string]any) error {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("%w, and this is a %T", ErrBlock, into)
	}
	f.decodeStruct(v.Elem(), values)
	return nil
}

func (f *file) decodeStruct(into reflect.Value, values map[string]any) {
	f.block(values, func(key string, value any, _ FileError) error {
		field, ok := fieldOf(into, key)
		if !ok {
			return fmt.Errorf("%w %q", ErrUnknown, key)
		}
		return named(key, f.decode(field, value))
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

// decode puts a value of the language into a field.
func (f *file) decode(into reflect.Value, value any) error {
	if u, ok := reflect.TypeAssert[encoding.TextUnmarshaler](into.Addr()); ok {
		text, err := toText(value)
		if err != nil {
			return err
		}
		return u.UnmarshalText([]byte(text))
	}
	if d, ok := reflect.TypeAssert[*time.Duration](into.Addr()); ok {
		parsed, err := toDuration(value)
		*d = parsed
		return err
	}
	switch into.Kind() {
	case reflect.String:
		text, err := toText(value)
		into.SetString(text)
		return err
	case reflect.Bool:
		on, err := toBool(value)
		into.SetBool(on)
		return err
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return decodeNumber(into, value)
	case reflect.Struct, reflect.Map:
		block, ok := value.(map[string]any)
		if !ok {
			return errors.New("needs a block: { … }")
		}
		if into.Kind() == reflect.Map {
			return f.decodeMap(into, block)
		}
		f.decodeStruct(into, block)
		return nil
	case reflect.Slice:
		return f.decodeList(into, value)
	default:
		return fmt.Errorf("the extension cannot take it: no value can be read into a %s", into.Type())
	}
}

func decodeNumber(into reflect.Value, value any) error {
	if fraction, ok := value.(float64); ok && into.CanFloat() {
		into.SetFloat(fraction)
		return nil
	}
	n, err := toInt(value)
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

// decodeList takes a list, or one value for a list of it. It is a new one: the old one may be in force.
func (f *file) decodeList(into reflect.Value, value any) error {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	all := reflect.MakeSlice(into.Type(), len(list), len(list))
	for i, v := range list {
		v, _, _ := f.unwrap(v, FileError{})
		if err := f.decode(all.Index(i), v); err != nil {
			return err
		}
	}
	into.Set(all)
	return nil
}

// decodeMap takes a block whose keys are data.
func (f *file) decodeMap(into reflect.Value, values map[string]any) error {
	t := into.Type()
	if t.Key().Kind() != reflect.String {
		return fmt.Errorf("the extension cannot take it: the keys of a %s are no text", t)
	}
	all := reflect.MakeMapWithSize(t, len(values))
	f.block(values, func(key string, value any, _ FileError) error {
		one := reflect.New(t.Elem()).Elem()
		if err := f.decode(one, value); err != nil {
			return named(key, err)
		}
		all.SetMapIndex(reflect.ValueOf(key).Convert(t.Key()), one)
		return nil
	})
	into.Set(all)
	return nil
}
