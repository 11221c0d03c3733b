// Package page makes the lines of records, a page of them at a time.
//
// It owns the [Page]: what a record is in JSON, and the words for what has happened and what
// became of it ([Event], [Outcome]).
//
// It promises that adding to a page that is filled again and again allocates nothing, and that
// what is made of the line before is byte for byte what would have been written. It does not seal,
// and does no I/O.
//
// The records of a stream of messages differ in little: their time, their connection, and all of a
// message that is published again are encoded once, and of a line that differs from the one before
// in its numbers only the digits are counted on, in the text and in the check.
package page
