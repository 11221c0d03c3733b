package mailbox

// Close gives what is still queued to deadLetter, and from now on everything that
// is posted too, on the poster's goroutine. The actor calls it as the last thing
// it does (in actor.Stopped): the actor system would drop all that without a
// word, and nobody could tell what became of it.
func (m *Mailbox) Close(deadLetter func(message any)) {
	m.mu.Lock()
	m.deadLetter = deadLetter
	left := append(m.taken[m.next:len(m.taken):len(m.taken)], m.user...)
	m.taken, m.next, m.user = nil, 0, nil
	m.mu.Unlock()
	for _, message := range left {
		deadLetter(message)
	}
}
