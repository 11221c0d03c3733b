// Package frames is the frames of a WebSocket (RFC 6455, and RFC 7692 for compressed ones) as bytes.
//
// It owns the two directions, from both sides: it takes frames apart as they come, and writes them, and the answer by which a server
// says that it speaks so. It promises to hold nothing of a message: what a frame carries is handed on at once,
// however long the frame is said to be. It must not do I/O, and must not know a connection.
package frames
