package access

// Storage is how much an account may store. -1 is no limit. Sizes are bytes, of streams in memory and of streams in
// files.
type Storage struct {
	MaxMemory, MaxFile                       int64 // of all streams together
	MemoryMaxStreamBytes, FileMaxStreamBytes int64 // of one stream
	MaxStreams, MaxConsumers, MaxAckPending  int64
	MaxBytesRequired                         bool // each stream must have a limit of its own
}

// Unlimited is a storage without limits.
func Unlimited() *Storage {
	return &Storage{
		MaxMemory: -1, MaxFile: -1, MemoryMaxStreamBytes: -1, FileMaxStreamBytes: -1,
		MaxStreams: -1, MaxConsumers: -1, MaxAckPending: -1,
	}
}
