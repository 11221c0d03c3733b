// Package dense is a hash table whose rows lie close together.
//
// It owns the [Table]: rows in pages, without gaps, and beside them a cell of 8 bytes for each,
// which finds a row by the hash of its key. Go's map would take more for an entry, never give
// anything back, and let nobody pick a row at random or go through the rows a few at a time.
//
// It promises that a row costs its own size and 10 to 15 bytes, that what is not needed any more
// is given back, and that removing one moves no other but the last. It does not know keys: to
// compare them is left to whose table it is.
//
// Whatever is called at every look is a method of the Table or of its Cells, for only those of a generic type
// are inlined wherever it is used.
package dense
