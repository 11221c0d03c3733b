package topics_test

import (
	"fmt"

	"github.com/troupe-mq/troupe/topics"
)

func Example() {
	fmt.Println(topics.Matches("orders.*", "orders.new"))
	fmt.Println(topics.Matches("orders.*", "orders.eu.new"), "a * is one token")
	fmt.Println(topics.Matches("orders.>", "orders.eu.new"))
	fmt.Println(topics.Overlap("orders.*.new", "orders.eu.>"), "orders.eu.new is in both")
	fmt.Println(topics.ValidSubject([]byte("orders..new")), topics.Flaw("orders..new", false))

	// Output:
	// true
	// false a * is one token
	// true
	// true orders.eu.new is in both
	// false there is nothing between two dots
}
