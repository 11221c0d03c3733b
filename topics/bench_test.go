package topics_test

import (
	"testing"

	"github.com/troupe-mq/troupe/topics"
)

func BenchmarkPartition(b *testing.B) {
	subject := []byte("orders.eu.created.now")
	b.ReportAllocs()
	for b.Loop() {
		topics.Partition(subject, 4)
	}
}

func BenchmarkMatches(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		topics.Matches("orders.*.created.>", "orders.eu.created.now")
	}
}
