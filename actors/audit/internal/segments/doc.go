// Package segments knows the files of a log while nobody writes them: which there are and in what order, what a start finds
// at the end of the live one, and which closed ones stay.
//
// It owns the names and the order of files, their removal and their compression.
//
// It promises that no file's name is believed: what a segment is, its first line says, and what is removed by right is
// sealed.
//
// It must not write lines, nor read what is in a record: that is for package audit, which gives it the one question
// that it has about one.
package segments
