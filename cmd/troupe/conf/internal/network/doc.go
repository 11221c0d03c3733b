// Package network reads how clients and other servers reach the broker, and it them: the blocks tls, websocket and
// leafnodes of a configuration file.
//
// It owns the keys of these blocks, and those that NATS servers have in them and Troupe cannot honour.
//
// It promises that a block of the same name means the same wherever it stands: tls is in three blocks.
//
// It must not open a file that a block names. What is wrong with a certificate is found when the broker starts.
package network
