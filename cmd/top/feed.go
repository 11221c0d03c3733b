package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// feed is the broker, by HTTP.
type feed struct {
	base           string // ends with a slash
	user, password string
	hc             *http.Client
}

// patience is how long an answer may take.
const patience = 10 * time.Second

func newFeed(address, user, password string) (*feed, error) {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%q is no address such as http://127.0.0.1:8222", address)
	}
	return &feed{base: strings.TrimSuffix(u.String(), "/") + "/", user: user, password: password, hc: &http.Client{}}, nil
}

// mostOfFrame is how long one event of the stream may be, in bytes.
const mostOfFrame = 16 << 20

// watch hands every event of the stream to take, until it ends.
func (f *feed) watch(ctx context.Context, take func(event string, data []byte)) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, f.base+"ui/events", http.NoBody)
	if err != nil {
		return err
	}
	answer, err := f.hc.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", f.base, refusal(answer))
	}
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, mostOfFrame)
	event := ""
	for lines.Scan() {
		switch line := lines.Text(); {
		case strings.HasPrefix(line, "event: "):
			event = line[len("event: "):]
		case strings.HasPrefix(line, "data: "):
			take(event, []byte(line[len("data: "):]))
		}
	}
	return errors.Join(lines.Err(), io.EOF)
}

// refusal is why the broker does not do something.
func refusal(answer *http.Response) string {
	var why struct {
		Error string `json:"error"`
	}
	if json.NewDecoder(io.LimitReader(answer.Body, 1<<16)).Decode(&why) != nil || why.Error == "" {
		return answer.Status
	}
	return why.Error
}

// connections asks for a page of connections.
func (f *feed) connections(ctx context.Context, sort, search string, limit int) (p page, err error) {
	q := url.Values{"state": {"open"}, "sort": {sort}, "search": {search}, "limit": {strconv.Itoa(limit)}}
	err = f.ask(ctx, http.MethodGet, "ui/connections?"+q.Encode(), &p)
	return p, err
}

// kick closes a connection.
func (f *feed) kick(ctx context.Context, cid uint64) error {
	return f.ask(ctx, http.MethodPost, "ui/kick?cid="+strconv.FormatUint(cid, 10), &struct{}{})
}

func (f *feed) ask(ctx context.Context, method, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, f.base+path, http.NoBody)
	if err != nil {
		return err
	}
	r.Header.Set("X-Troupe-Page", "1") // without it nothing may be changed
	if f.user != "" && method == http.MethodPost {
		r.SetBasicAuth(f.user, f.password)
	}
	answer, err := f.hc.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return errors.New(refusal(answer))
	}
	return json.NewDecoder(answer.Body).Decode(into)
}
