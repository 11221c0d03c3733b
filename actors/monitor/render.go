package monitor

import (
	"encoding"
	"encoding/json"
	"io"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/troupe-mq/troupe/internal/yield"
)

// render writes a document as json.MarshalIndent makes it, but piece by piece: a
// long one is never in memory a second time, it ends where there is no more room
// for it, and others get the processor meanwhile.
func render(w io.Writer, document any) error {
	r := &renderer{w: w}
	r.value(reflect.ValueOf(document), "")
	r.flush()
	return r.err
}

// renderer is a document being written. After an error it writes nothing more.
type renderer struct {
	w    io.Writer
	text []byte
	err  error
}

// step is how much is written at a time.
const step = 4 << 10

// lane is where those wait who write documents, until others have had their turn.
var lane yield.Lane

func (r *renderer) flush() {
	if r.err == nil {
		_, r.err = r.w.Write(r.text)
	}
	r.text = r.text[:0]
}

func (r *renderer) put(s string) {
	if r.text = append(r.text, s...); len(r.text) >= step {
		r.flush()
		lane.Yield()
	}
}

// value writes anything that is not long by itself by encoding/json.
func (r *renderer) value(v reflect.Value, indent string) {
	if r.err != nil {
		return
	}
	switch kind(v) {
	case reflect.Pointer, reflect.Interface:
		r.value(v.Elem(), indent)
	case reflect.Slice:
		r.list(v, indent)
	case reflect.Struct:
		r.object(v, indent)
	case reflect.Int, reflect.Int64:
		r.put(strconv.FormatInt(v.Int(), 10))
	case reflect.Uint64:
		r.put(strconv.FormatUint(v.Uint(), 10))
	default:
		r.leaf(v, indent)
	}
}

// kind is that of a value which render looks into, else reflect.Invalid.
func kind(v reflect.Value) reflect.Kind {
	k := v.Kind()
	switch k {
	case reflect.Invalid:
		return reflect.Invalid
	case reflect.Interface, reflect.Pointer, reflect.Slice:
		if v.IsNil() {
			return reflect.Invalid
		}
	default:
	}
	t := v.Type()
	switch {
	case speaks(t) || v.CanAddr() && speaks(reflect.PointerTo(t)):
		return reflect.Invalid
	case k == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		return reflect.Invalid
	case k == reflect.Struct && fieldsOf(t) == nil:
		return reflect.Invalid
	}
	return k
}

var (
	marshaler     = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

// speaks reports whether a type knows by itself how it is written.
func speaks(t reflect.Type) bool { return t.Implements(marshaler) || t.Implements(textMarshaler) }

func (r *renderer) leaf(v reflect.Value, indent string) {
	var is any
	switch {
	case v.IsValid() && v.CanAddr():
		is = v.Addr().Interface() // as json finds the methods of what it can address
	case v.IsValid():
		is = v.Interface()
	}
	b, err := json.MarshalIndent(is, indent, "  ")
	if err != nil {
		r.err = err
		return
	}
	r.put(string(b))
}

func (r *renderer) list(v reflect.Value, indent string) {
	within := indent + "  "
	separator := "[\n"
	for i := range v.Len() {
		r.put(separator + within)
		r.value(v.Index(i), within)
		if r.err != nil {
			return
		}
		separator = ",\n"
	}
	if v.Len() == 0 {
		r.put("[]")
		return
	}
	r.put("\n" + indent + "]")
}

func (r *renderer) object(v reflect.Value, indent string) {
	within := indent + "  "
	separator := "{\n"
	for _, f := range fieldsOf(v.Type()) {
		at := v.FieldByIndex(f.index)
		if f.omitEmpty && isEmpty(at) {
			continue
		}
		r.put(separator + within + f.name + ": ")
		r.value(at, within)
		separator = ",\n"
	}
	if separator == "{\n" {
		r.put("{}")
		return
	}
	r.put("\n" + indent + "}")
}

// isEmpty is what encoding/json means by it.
func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice:
		return v.Len() == 0
	case reflect.Struct:
		return false
	default:
		return v.IsZero()
	}
}

// field is one of a struct, as it is written.
type field struct {
	name      string // in quotes
	index     []int
	omitEmpty bool
}

// known are the fields of types by the type. There are as many as documents have.
var known sync.Map

// fieldsOf are the fields of a struct that has nothing but plain ones, else nil.
func fieldsOf(t reflect.Type) []field {
	if found, ok := known.Load(t); ok {
		return found.([]field)
	}
	var all []field
	names := make(map[string]bool)
	for _, f := range reflect.VisibleFields(t) {
		tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && tag == "" && f.Type.Kind() == reflect.Struct && !speaks(f.Type):
			continue // its fields are visible themselves
		case tag == "-" || !f.IsExported():
			continue
		}
		if tag == "" {
			tag = f.Name
		}
		if names[tag] || options != "" && options != "omitempty" || throughPointer(t, f.Index) {
			all = nil
			break
		}
		names[tag] = true
		all = append(all, field{name: strconv.Quote(tag), index: f.Index, omitEmpty: options != ""})
	}
	known.Store(t, all)
	return all
}

// throughPointer reports whether a field is one of something that may not be there.
func throughPointer(t reflect.Type, index []int) bool {
	for _, i := range index[:len(index)-1] {
		if t = t.Field(i).Type; t.Kind() == reflect.Pointer {
			return true
		}
	}
	return false
}
