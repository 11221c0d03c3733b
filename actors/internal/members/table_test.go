package members_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/members"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

func newTable() *members.Table { return &members.Table{ID: "ME", Name: "me", Cluster: "C"} }

func server(id string) members.Info {
	return members.Info{ServerID: id, ServerName: id, Cluster: "C", Host: "0.0.0.0", Port: 1}
}

func troupe(id string) members.Info {
	i := server(id)
	i.Troupe = "1"
	return i
}

// TestMember: a server that says who it is is a member, at the URL that it has given or where it is.
func TestMember(t *testing.T) {
	table := newTable()
	v := table.Informed(1, members.Way{}, server("A"), nil, "10.0.0.1")
	require.NotNil(t, v.Strand)
	assert.Equal(t, "nats-route://10.0.0.1:1/", v.Strand.Of.URL)
	advertised := server("B")
	advertised.IP = "nats-route://b:2/"
	v = table.Informed(2, members.Way{Solicited: true, Configured: true}, advertised, nil, "10.0.0.1")
	require.NotNil(t, v.Strand)
	assert.Equal(t, "nats-route://b:2/", v.Strand.Of.URL)
	assert.True(t, v.Strand.Of.Configured)
	assert.Same(t, v.Strand, table.Of(2))
	assert.Len(t, table.Members(), 2)
	gone, last := table.Gone(2)
	assert.Same(t, v.Strand, gone)
	assert.True(t, last)
	gone, _ = table.Gone(2)
	assert.Nil(t, gone)
	assert.Nil(t, table.Of(2))
	assert.Len(t, table.Members(), 1)
}

// TestNames: one name stays; one that was made up gives way, and with it whoever does not know the new one yet.
func TestNames(t *testing.T) {
	for _, tt := range []struct {
		name              string
		mine, theirs      string
		mineMade, theirs2 bool
		want              string // the name that the cluster has then
		refused           bool
	}{
		{"same", "C", "C", false, false, "C", false},
		{"other", "C", "D", false, false, "C", true},
		{"other, made up", "C", "D", false, true, "C", true},
		{"chosen for made up", "D", "C", true, false, "C", false},
		{"greater of two made up", "C", "D", true, true, "D", false},
		{"less of two made up", "D", "C", true, true, "D", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			table := &members.Table{ID: "ME", Cluster: tt.mine, Dynamic: tt.mineMade}
			before := server("A")
			before.Cluster = tt.mine
			require.NotNil(t, table.Informed(7, members.Way{}, before, nil, "h").Strand)
			v := table.Introduced("B", tt.theirs, tt.theirs2)
			assert.Equal(t, tt.refused, v.Err != nil)
			assert.Equal(t, tt.want, table.Cluster)
			assert.Equal(t, tt.want != tt.mine, v.Renamed)
			if v.Renamed {
				assert.Equal(t, []uint64{7}, v.Leave)
				assert.Equal(t, tt.theirs2, table.Dynamic)
			}
		})
	}
}

// TestRefused: who cannot be a member is none.
func TestRefused(t *testing.T) {
	other, mine, account := server("A"), server("A"), server("A")
	other.Cluster, mine.ServerName, account.RouteAccount = "D", "me", "$SYS"
	table := newTable()
	assert.Equal(t, report.ClusterNameConflict, table.Informed(1, members.Way{}, other, nil, "h").Reason)
	assert.Equal(t, report.DuplicateServerName, table.Informed(1, members.Way{}, mine, nil, "h").Reason)
	assert.Equal(t, string(report.ProtocolViolation), table.Informed(1, members.Way{}, account, nil, "h").Err.Reason)
	v := table.Informed(1, members.Way{}, server("ME"), nil, "h")
	assert.True(t, v.Self)
	assert.Equal(t, report.DuplicateRoute, v.Reason)
	assert.Empty(t, table.Members())
}

// TestTwoRoutes: of two routes to one server the first stays, and knows what the second was. Two brokers that dial each other
// both keep that of the lower id.
func TestTwoRoutes(t *testing.T) {
	dialed, configured := members.Way{Solicited: true}, members.Way{Solicited: true, Configured: true}
	for _, tt := range []struct {
		name          string
		info          members.Info
		first, second members.Way
		replaced      bool
	}{
		{"NATS server", server("A"), members.Way{}, configured, false},
		{"NATS server, the other way", server("Z"), members.Way{}, dialed, false},
		{"lower id, which has dialed first", troupe("A"), members.Way{}, configured, false},
		{"lower id, which has dialed second", troupe("A"), configured, members.Way{}, true},
		{"higher id, which has dialed first", troupe("Z"), members.Way{}, configured, true},
		{"higher id, which has dialed second", troupe("Z"), configured, members.Way{}, false},
		{"twice the same", troupe("Z"), configured, configured, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			table := newTable()
			require.NotNil(t, table.Informed(1, tt.first, tt.info, nil, "h").Strand)
			v := table.Informed(2, tt.second, tt.info, nil, "h")
			require.Len(t, table.Members(), 1)
			m := table.Members()[0]
			assert.Equal(t, tt.first.Configured || tt.second.Configured, m.Configured)
			assert.Equal(t, tt.first.Solicited || tt.second.Solicited, m.First().Solicited)
			if !tt.replaced {
				assert.Equal(t, report.DuplicateRoute, v.Reason)
				assert.Equal(t, tt.info.ServerID, v.Known)
				assert.Equal(t, uint64(1), m.First().Route)
				assert.True(t, m.First().Retry, "the other end may close this one")
				return
			}
			assert.Equal(t, uint64(2), m.First().Route)
			assert.Equal(t, []uint64{1}, v.Leave)
			gone, _ := table.Gone(1)
			assert.Nil(t, gone, "what becomes of it concerns nobody")
		})
	}
}

// TestRejoin: what was in one table is in another, at its place, but for what has none there.
func TestRejoin(t *testing.T) {
	before, now := newTable(), newTable()
	before.Pool, before.Accounts = 2, []string{"X"}
	now.Pool, now.Accounts = 2, []string{"X"}
	i := troupe("A")
	i.PoolSize, i.URLs = 2, []string{"a:4222"}
	of := func(route uint64, w members.Way) *members.Strand {
		s := before.Informed(route, w, i, nil, "h").Strand
		require.NotNil(t, s)
		return s
	}
	dialed := members.Way{Solicited: true, Configured: true}
	first, second, x := of(1, dialed), of(2, dialed), of(3, members.Way{Solicited: true, Account: "X"})
	first.Of.Info.LameDuck = true
	for _, s := range []*members.Strand{second, x, first} {
		again := now.Rejoin(s)
		require.NotNil(t, again)
		assert.Equal(t, []any{s.Route, s.Index, s.Account, s.Solicited}, []any{again.Route, again.Index, again.Account, again.Solicited})
		assert.Same(t, again, now.Of(s.Route))
		assert.Equal(t, before.Share(s), now.Share(again))
		assert.Nil(t, now.Rejoin(s), "the place is taken")
	}
	assert.Equal(t, first.Of.Info, now.Member("A").Info)
	assert.True(t, now.Member("A").Configured)
	indexes, names := now.Lacks(now.Member("A"))
	assert.Empty(t, indexes)
	assert.Empty(t, names)
	single := newTable()
	require.NotNil(t, single.Rejoin(first))
	assert.Nil(t, single.Rejoin(second), "there is one connection without a pool")
}

// TestOtherPool: a server that says another size of its pool is a member anew, and what there was of a route ends.
func TestOtherPool(t *testing.T) {
	table := newTable()
	table.Pool = 3
	i := troupe("A")
	i.PoolSize = 3
	before := table.Informed(1, members.Way{Solicited: true, Configured: true}, i, nil, "h").Strand.Of
	require.Nil(t, table.Informed(2, members.Way{Solicited: true}, i, nil, "h").Leave)
	i.PoolSize = 0
	v := table.Informed(3, members.Way{}, i, nil, "h")
	require.NotNil(t, v.Strand)
	assert.True(t, v.New)
	assert.Equal(t, []uint64{1, 2}, v.Leave)
	assert.True(t, v.Strand.Retry, "the other end may close this one")
	now := v.Strand.Of
	assert.NotSame(t, before, now)
	assert.True(t, now.Configured)
	assert.Equal(t, []*members.Member{now}, table.Members())
	assert.False(t, table.Pools(&now.Info))
	gone, _ := table.Gone(1)
	assert.Nil(t, gone, "what becomes of it concerns nobody")
}

// TestTold: who hears of a new server, and what it does with the news.
func TestTold(t *testing.T) {
	accepted, gossiped := members.Way{}, members.Way{Solicited: true}
	configured, loud := members.Way{Solicited: true, Configured: true}, members.Way{Solicited: true, Gossip: members.GossipOverride}
	for _, tt := range []struct {
		name string
		new  members.Way
		mode members.Gossip // in its INFO
		want string
	}{
		{"came", accepted, members.GossipUsual, "A:1 B:2"},
		{"was dialed because of the configuration", configured, members.GossipUsual, "A:2 B:2"},
		{"was dialed because of news", gossiped, members.GossipUsual, ""},
		{"was dialed because of loud news", loud, members.GossipUsual, "A:0 B:0"},
		{"came because of news", accepted, members.GossipDisabled, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			table := newTable()
			table.Informed(1, accepted, server("A"), nil, "h")
			table.Informed(2, configured, server("B"), nil, "h")
			i := server("C")
			i.Gossip = tt.mode
			v := table.Informed(3, tt.new, i, nil, "h")
			var got []string
			table.Tell(v.Strand, tt.new, tt.mode, func(to *members.Member, g members.Gossip) {
				got = append(got, fmt.Sprintf("%s:%d", to.Info.ServerID, g))
			})
			assert.ElementsMatch(t, strings.Fields(tt.want), got)
		})
	}
}

// TestHeard: a server that others tell of is dialed, unless it is there, is this one, or is dialed anyway.
func TestHeard(t *testing.T) {
	table := newTable()
	table.Informed(1, members.Way{}, server("A"), nil, "h")
	named, err := url.Parse("nats-route://u:p@Named:1")
	require.NoError(t, err)
	heard := func(id, ip, host string, account string) bool {
		_, dial := table.Heard(&members.Info{ServerID: id, IP: ip, Host: host, Port: 1, RouteAccount: account}, []*url.URL{named})
		return dial
	}
	assert.True(t, heard("B", "nats-route://10.0.0.1:1/", "0.0.0.0", ""))
	assert.False(t, heard("A", "nats-route://10.0.0.1:1/", "0.0.0.0", ""))
	assert.False(t, heard("ME", "nats-route://10.0.0.1:1/", "0.0.0.0", ""))
	assert.False(t, heard("", "nats-route://10.0.0.1:1/", "0.0.0.0", ""))
	assert.False(t, heard("B", "nats-route://named:1/", "0.0.0.0", ""))
	assert.False(t, heard("B", "nats-route://10.0.0.1:1/", "named", ""))
	assert.False(t, heard("B", "http://10.0.0.1:1/", "0.0.0.0", ""))
	assert.False(t, heard("B", "nats-route://10.0.0.1:1/", "0.0.0.0", "$SYS"))
}

func TestParseURL(t *testing.T) {
	for text, want := range map[string]string{
		"h": "h:6222", "h:1": "h:1", " nats://h:1 ": "h:1", "tls://h": "h:6222", "nats-route://u:p@[::1]:1/": "[::1]:1",
	} {
		u, err := members.ParseURL(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, u.Host)
	}
	for text, want := range map[string]string{"http://h": `scheme "http"`, "nats://": "no host", "nats://u:secret@h:x": "not a URL"} {
		_, err := members.ParseURL(text)
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "secret")
	}
}

// TestPoolOfAnotherIsBounded: who says that its pool has a million places does not get them.
func TestPoolOfAnotherIsBounded(t *testing.T) {
	for size, stays := range map[int]bool{members.MostPool: true, members.MostPool + 1: false, 1 << 50: false} {
		table := newTable()
		table.Pool = 3
		i := troupe("A")
		i.PoolSize = size
		v := table.Informed(1, members.Way{}, i, nil, "h")
		assert.Equal(t, stays, v.Strand != nil, size)
		if !stays {
			require.NotNil(t, v.Err)
			assert.Contains(t, v.Err.Lines, "Invalid route pool size")
			assert.Empty(t, table.Members())
		}
	}
}

// TestServersAreBounded: no more than so many servers are in a cluster. Those who are may have more connections, and when one of them goes
// there is room again.
func TestServersAreBounded(t *testing.T) {
	table := newTable()
	for n := range uint64(members.Most) {
		require.NotNil(t, table.Informed(n, members.Way{}, server(fmt.Sprint(n)), nil, "10.0.0.1").Strand)
	}
	assert.Equal(t, wire.ErrMaxConnections, table.Informed(members.Most, members.Way{}, server("A"), nil, "10.0.0.1").Err)
	assert.Equal(t, report.DuplicateRoute, table.Informed(members.Most, members.Way{}, server("7"), nil, "10.0.0.1").Reason)
	table.Gone(7)
	assert.NotNil(t, table.Informed(members.Most, members.Way{}, server("A"), nil, "10.0.0.1").Strand)
}
