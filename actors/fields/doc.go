// Package fields compares two configurations by a table, which says of each field
// what it is called and whether a reload may change it. The broker and the process
// have one each, of their own settings.
//
// It owns what counts as different and what of it is shown. It promises that each
// difference is named, and that no secret is shown. It must not carry anything out.
package fields
