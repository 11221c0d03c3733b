package report

import "github.com/troupe-mq/troupe/topics/index"

// Partition is what a partition says about its index. A wildcard
// subscription that lives in every partition is counted in each.
type Partition struct {
	Name string
	index.Stats
}

// PartitionQuery says what partitions are to report of.
type PartitionQuery struct {
	Account string // only the index of this account, if it is not empty
	FanOut  bool   // also how many subscribers a message has, which takes time to find out
}
