// Lab is a set of numbered experiments with supervision: each causes a fault,
// in a broker or in a few toy actors, and compares what it observes with what is
// to be expected.
//
//	go run ./examples/lab         # lists them
//	go run ./examples/lab 3       # runs one, or several
//	go run ./examples/lab all
//
// README.md beside this file explains the policies, and how to do the same to a
// broker that runs. The exit code is 1 if an experiment disagrees.
package main

import (
	"fmt"
	"os"
	"strconv"
)

// experiment is one idea. It is given a bench to work at.
type experiment struct {
	title  string
	expect string
	run    func(*bench)
}

// experiments in the order in which they are numbered, from 1.
var experiments = []experiment{
	parserPanics,
	tenThousandPanics,
	partitionPanics,
	scopes,
	escalation,
	restartBudget,
	backOff,
	slowConsumer,
	dropOld,
	deathWatch,
	badTap,
	deadLetters,
}

func main() {
	if len(os.Args) < 2 {
		for i, e := range experiments {
			fmt.Printf("%2d  %s\n", i+1, e.title)
		}
		fmt.Println("\nrun some of them by number, or all")
		return
	}
	chosen, err := choose(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	agreed := 0
	for _, n := range chosen {
		if perform(n, experiments[n-1]) {
			agreed++
		}
	}
	fmt.Printf("%d of %d agree\n", agreed, len(chosen))
	if agreed < len(chosen) {
		os.Exit(1)
	}
}

// choose reads the numbers on the command line.
func choose(args []string) ([]int, error) {
	var chosen []int
	for _, a := range args {
		if a == "all" {
			for i := range experiments {
				chosen = append(chosen, i+1)
			}
			continue
		}
		n, err := strconv.Atoi(a)
		if err != nil || n < 1 || n > len(experiments) {
			return nil, fmt.Errorf("there is no experiment %q: they have the numbers 1 to %d", a, len(experiments))
		}
		chosen = append(chosen, n)
	}
	return chosen, nil
}

// perform runs one experiment and prints its three blocks.
func perform(n int, e experiment) (agree bool) {
	fmt.Printf("%d. %s\n\n", n, e.title)
	fmt.Printf("expect:\n%s\nobserved:\n", wrap(e.expect))
	facts := newBench().perform(e.run)
	agree = true
	for _, f := range facts {
		fmt.Println(f)
		agree = agree && !f.wrong
	}
	verdict := "no"
	if agree {
		verdict = "yes"
	}
	fmt.Printf("agree: %s\n\n", verdict)
	return agree
}
