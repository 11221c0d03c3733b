package troupecmd

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// send carries out --signal: a word, and behind a = the process that it is for, by
// its id or by a file that holds it. Without that there must be just one process
// of the name.
func send(order, name string) error {
	word, whom, _ := strings.Cut(order, "=")
	s, err := signalOf(word)
	if err != nil {
		return err
	}
	pids, err := receivers(whom, name)
	if err != nil {
		return err
	}
	var errs []error
	for _, pid := range pids {
		if err := kill(pid, s); err != nil {
			errs = append(errs, fmt.Errorf("signal %q %d: %w", word, pid, err))
		}
	}
	return errors.Join(errs...)
}

// receivers are the processes that are meant. A * behind the beginning of a
// number means all of that name whose ids begin so.
func receivers(whom, name string) ([]int, error) {
	if prefix, many := strings.CutSuffix(whom, "*"); many || whom == "" {
		return others(name, prefix, many)
	}
	text := whom
	if content, err := os.ReadFile(whom); err == nil {
		text = strings.TrimSpace(string(content))
	}
	pid, err := strconv.Atoi(text)
	if err != nil || pid < 1 { // those below mean groups of processes, or all there are
		return nil, fmt.Errorf("invalid pid: %s: needs a number, or a file that holds one", whom)
	}
	return []int{pid}, nil
}

// others are the processes of the same name, without this one.
func others(name, prefix string, many bool) ([]int, error) {
	found, err := namesakes(name)
	if err != nil {
		return nil, fmt.Errorf("unable to find the process, try its pid: %w", err)
	}
	var pids []int
	var list strings.Builder
	for _, pid := range found {
		if pid != os.Getpid() && strings.HasPrefix(strconv.Itoa(pid), prefix) {
			pids = append(pids, pid)
			fmt.Fprintf(&list, "\n%d", pid)
		}
	}
	switch {
	case len(pids) == 0:
		return nil, fmt.Errorf("no %s processes running", name)
	case len(pids) > 1 && !many:
		return nil, fmt.Errorf("multiple %s processes running:%s", name, list.String())
	default:
		return pids, nil
	}
}
