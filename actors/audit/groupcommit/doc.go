// Package groupcommit is a tap's group commit: what has arrived while one page was
// being stored makes up the next one.
//
// It owns the order of things: the actor fills a page, a goroutine stores the
// one before, and a batch is taken when the page that it is in is stored. So one
// write, and one wait for the disk, serve all who came meanwhile.
//
// It promises that a store that fails or hangs neither blocks the actor nor
// lets its memory grow, that what could not be stored is counted exactly and
// that the count is the first thing that is stored when it works again.
//
// It must not know what a page looks like or where it is kept: that is the
// Store's.
package groupcommit
