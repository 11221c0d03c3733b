package wire_test

import (
	"fmt"

	"github.com/troupe-mq/troupe/wire"
)

func ExampleParser() {
	buf := []byte("SUB orders.* 90\r\nPUB orders.new 5\r\nhello\r\nPUB orders.new 5\r\nhel") // as far as it has come in
	var (
		parser  wire.Parser
		command wire.Command
	)
	at := 0
	for {
		next, err := parser.Next(buf, at, &command)
		if err != nil {
			fmt.Println(err)
			return
		}
		if next == at {
			break // unfinished
		}
		fmt.Printf("%s: %q\n", command.Subject.Of(buf), command.Body.Of(buf))
		at = next
	}
	fmt.Printf("%d bytes are kept in front of what is read next\n", len(buf)-at)

	// Output:
	// orders.*: ""
	// orders.new: "hello"
	// 21 bytes are kept in front of what is read next
}
