// Command troupe-top shows a broker in a terminal: what comes and goes, the tree of its actors, its
// connections and its taps, as the page of the monitoring does. `troupe top` runs it. It is a module of
// its own, so that the broker does not link what draws in a terminal.
//
// It owns the screen. It promises that what strangers chose is shown as text, never as a command to the
// terminal, and that it asks the broker no more than the page does. It must not know the broker but by
// HTTP: the stream and the answers of the page are all that it reads, from whatever machine.
package main
