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

// StorageOf is which of the accounts may store, and how much, by name. Where there is none but the global one and that of
// the system, the global one may, unless an operator signs accounts: then nobody can be in it.
func StorageOf(accounts []Account, system string, signed bool) map[string]*Storage {
	out := make(map[string]*Storage)
	others := 0
	for i := range accounts {
		if a := &accounts[i]; a.Name != system && a.Name != SystemAccount {
			others++
			if a.Storage != nil {
				out[a.Name] = a.Storage
			}
		}
	}
	if others == 0 && !signed {
		out[GlobalAccount] = Unlimited()
	}
	return out
}
