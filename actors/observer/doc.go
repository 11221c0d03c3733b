// Package observer is the page where one sees a broker live, and what the page asks
// for: HTML, style and scripts from an embedded folder, one stream of events, and a
// few answers by HTTP. The monitoring shows it to browsers.
//
// It owns what the page is told, how often, and who may change something by it. It
// promises that a page costs the broker next to nothing: all pages are told the same
// bytes, at most four times a second, however many connections there are, and while
// nobody looks the observer reads a few counters each second and does nothing else.
// What takes longer to find out is asked for less often. It must not know how it is
// mounted, and it must not have a way into the broker that another extension could
// not have: it stands on the facade.
//
//   - [Observer.ServeHTTP] answers everything. Reading is as open as the monitoring is.
//   - What changes something is a POST that only a page of the same origin can make. It
//     needs to come from this machine, or a user of the system account (rights.go).
//   - The series of the last fifteen minutes is a ring that an actor fills, one sample
//     a second. The actor is a service of the broker: a crash costs a few samples.
//   - The stream is Server-Sent Events. A watcher that does not read its events loses
//     some, is told so, and asks anew.
//   - The busiest subjects are counted by a tap that is there only while somebody looks
//     at them. It may lose records, never slow anyone, and says how much it lost.
//   - The console is a client connection of this process behind a WebSocket.
//
// The page is written for the web platform itself: modules, custom elements, SVG and
// canvas. It is served under a strict Content-Security-Policy and asks no other host
// for anything. Names that clients choose are text to it, never markup.
package observer
