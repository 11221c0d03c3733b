// Package experiments is a set of experiments with supervision. Each causes a fault, in a
// broker or in a few toy actors, and compares what it observes with what is to be expected.
//
// It owns the experiments and the bench that they are made at. It promises that an
// experiment harms nothing but the broker and the actors that it has started itself, that it
// ends within a minute, and that one which fails says so as a fact. It must not need a
// network or a file.
//
// examples/lab runs them in a terminal, and the observer's page in the lab of a broker.
package experiments
