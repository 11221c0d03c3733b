package operator

import (
	"net/netip"
	"time"

	"github.com/nats-io/jwt/v2"
)

// This file is where and when a user may be connected.

// comesFrom reports whether a user who is restricted to some networks may come from
// a host. One that is in none, because it is in this process, may not.
func comesFrom(networks []string, host string) bool {
	if len(networks) == 0 {
		return true
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, text := range networks {
		network, err := netip.ParsePrefix(text)
		if err == nil && network.Contains(address.Unmap().WithZone("")) {
			return true
		}
	}
	return false
}

// hours reports whether a user may be connected at this time of the day, and until
// when; zero is for as long as it likes.
func hours(l *jwt.UserLimits, now time.Time) (until time.Time, open bool) {
	if len(l.Times) == 0 {
		return until, true
	}
	where, err := time.LoadLocation(l.Locale)
	if l.Locale == "" {
		where, err = time.Local, nil
	}
	if err != nil {
		return until, false
	}
	for _, r := range l.Times {
		if end, in := within(r, now.In(where)); in && end.After(until) {
			until, open = end, true
		}
	}
	return until, open
}

// within reports whether a time is in a range of the hours of a day, which may go
// past midnight, and when that ends.
func within(r jwt.TimeRange, now time.Time) (end time.Time, in bool) {
	from, err := clock(r.Start, now)
	if err != nil {
		return end, false
	}
	if end, err = clock(r.End, now); err != nil {
		return end, false
	}
	if from.After(end) {
		if now.Before(end) { // it began yesterday
			from = from.AddDate(0, 0, -1)
		} else {
			end = end.AddDate(0, 0, 1)
		}
	}
	return end, !now.Before(from) && now.Before(end)
}

// clock is a time of the day as the time of this day.
func clock(text string, day time.Time) (time.Time, error) {
	t, err := time.Parse(time.TimeOnly, text)
	if err != nil {
		return t, err
	}
	y, m, d := day.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, day.Location()), nil
}
