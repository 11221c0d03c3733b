package transcript_test

import (
	"fmt"
	"log"

	"github.com/troupe-mq/troupe/actors/transcript"
)

func ExampleParse() {
	steps, err := transcript.Parse("A> SUB greet 1\nA< +OK\nB> PUB greet 5\nB> hello\nA< MSG greet 1 5\nA< hello\n")
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range steps {
		fmt.Printf("line %d: %s %q\n", s.Line, s.Client, s.Text)
	}

	// Output:
	// line 1: A "SUB greet 1\r\n"
	// line 2: A "+OK"
	// line 3: B "PUB greet 5\r\n"
	// line 4: B "hello\r\n"
	// line 5: A "MSG greet 1 5"
	// line 6: A "hello"
}
