package fields

import (
	"fmt"
	"reflect"
	"strings"
)

// Fate is what becomes of a changed field at a reload.
type Fate int

// The fates.
const (
	// Fixed cannot be changed while the process runs.
	Fixed Fate = iota
	// Kept is no change: the old value stays, or somebody else speaks of it.
	Kept
	// Live is read anew whenever it is needed.
	Live
	// Judged concerns connections that are there: each looks at itself anew.
	Judged
)

// Field is a field of a configuration.
type Field struct {
	Name   string // with a dot between, where it is in another structure
	Key    string // what it is called in a configuration file
	Fate   Fate
	Opaque bool   // its values are secret, or too much to read
	Why    string // it is Fixed; empty: it takes a restart
}

// Difference is a field that has another value.
type Difference struct {
	*Field
	Old, New string // empty where they are opaque
}

// Differences are all of the table's between two configurations, which are pointers
// to structures of one type. An empty list is the same as none at all.
func Differences(table []Field, old, now any) (all []Difference) {
	for i := range table {
		f := &table[i]
		from, to := f.of(old), f.of(now)
		if f.Fate == Kept || same(from, to) {
			continue
		}
		d := Difference{Field: f}
		if !f.Opaque {
			d.Old, d.New = fmt.Sprint(from.Interface()), fmt.Sprint(to.Interface())
		}
		all = append(all, d)
	}
	return all
}

// of is the value of a field.
func (f *Field) of(configuration any) reflect.Value {
	v := reflect.ValueOf(configuration).Elem()
	for name := range strings.SplitSeq(f.Name, ".") {
		v = v.FieldByName(name)
	}
	return v
}

func same(a, b reflect.Value) bool {
	if k := a.Kind(); (k == reflect.Slice || k == reflect.Map) && a.Len() == 0 && b.Len() == 0 {
		return true
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}
