// Package inquiry is the actor that asks services who clients are, where the configuration
// or an account hands that question to one.
//
// It owns the questions that are open and those that wait. It promises that no connection
// waits for another's answer: each has its own question, and addresses take turns. What is
// asked at a time is bounded, so a flood of clients is no flood of messages; what waits is
// bounded too, and whoever has most waiting displaces itself. An answer that is late, forged,
// or to another question lets nobody in, and neither does a crash of the actor: then the client
// runs into its time for CONNECT. It must not know connections: it is handed a
// session.Proof, and answers with session.Proved.
//
// The actor is a client in the account of each service, by client.Join, and asks as any
// client does. Nobody else may publish on the subject there (access.Callout.Guard). How
// letters are written and read is in access/callout, and what a user may do in
// access/operator.
package inquiry
