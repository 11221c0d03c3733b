// Package frames knows the frames of a WebSocket (RFC 6455, and RFC 7692 for compressed ones) as bytes: it takes those of
// a client apart as they come, and writes those of a server. It does no I/O, and holds nothing of a message: what a frame
// carries is handed on at once, however long the frame is said to be.
package frames
