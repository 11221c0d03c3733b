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
	"strings"

	"github.com/troupe-mq/troupe/actors/experiments"
)

func main() {
	if len(os.Args) < 2 {
		for i, e := range experiments.All() {
			fmt.Printf("%2d  %s\n", i+1, e.Title)
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
		if perform(n, &experiments.All()[n-1]) {
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
			for i := range experiments.All() {
				chosen = append(chosen, i+1)
			}
			continue
		}
		n, err := strconv.Atoi(a)
		if err != nil || n < 1 || n > len(experiments.All()) {
			return nil, fmt.Errorf("there is no experiment %q: they have the numbers 1 to %d", a, len(experiments.All()))
		}
		chosen = append(chosen, n)
	}
	return chosen, nil
}

// perform runs one experiment and prints its three blocks.
func perform(n int, e *experiments.Experiment) (agree bool) {
	fmt.Printf("%d. %s\n\n", n, e.Title)
	fmt.Printf("expect:\n%s\nobserved:\n", wrap(e.Expect))
	facts := e.Run()
	agree = true
	for _, f := range facts {
		fmt.Println(f)
		agree = agree && !f.Wrong
	}
	verdict := "no"
	if agree {
		verdict = "yes"
	}
	fmt.Printf("agree: %s\n\n", verdict)
	return agree
}

// wrap breaks a text into lines that are indented by two.
func wrap(text string) string {
	const width = 80
	var out strings.Builder
	length := width
	for word := range strings.FieldsSeq(text) {
		if length += 1 + len(word); length > width {
			length = 2 + len(word)
			if out.Len() > 0 {
				out.WriteString("\n")
			}
			out.WriteString(" ")
		}
		out.WriteString(" " + word)
	}
	return out.String()
}
