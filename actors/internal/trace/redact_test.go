package trace

// Clients choose payloads and, within limits, subjects and options. None of it
// may look like a line that the broker has logged.
