package e2e_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"
	"github.com/stretchr/testify/require"
)

func TestRequest(t *testing.T) {
	for name, options := range map[string][]nats.Option{
		"one inbox":        nil,
		"an inbox each":    {nats.UseOldRequestStyle()},
		"inbox of its own": {nats.CustomInboxPrefix("_MY.box")},
	} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, s site) {
				nc, serving := s.connect(t, options...), s.connect(t)
				_, err := serving.QueueSubscribe("echo", "q", func(m *nats.Msg) { _ = m.Respond(m.Data) })
				require.NoError(t, err)
				require.NoError(t, serving.Flush())
				for i := range 200 {
					m, err := nc.Request("echo", fmt.Append(nil, i), patience)
					require.NoError(t, err)
					require.Equal(t, fmt.Sprint(i), string(m.Data))
				}
				_, err = nc.Request("nobody", nil, patience)
				require.ErrorIs(t, err, nats.ErrNoResponders, "at once, not after the time-out")
				m, err := nc.Request("echo", []byte("still"), patience)
				require.NoError(t, err)
				require.Equal(t, "still", string(m.Data))
			})
		})
	}
}

func TestRequestMany(t *testing.T) {
	everywhere(t, func(t *testing.T, s site) {
		const responders = 7
		for i := range responders {
			serving := s.connect(t)
			_, err := serving.Subscribe("who", func(m *nats.Msg) { _ = m.Respond(fmt.Append(nil, i)) })
			require.NoError(t, err)
			require.NoError(t, serving.Flush())
		}
		nc := s.connect(t)
		inbox := nc.NewRespInbox()
		replies, err := nc.SubscribeSync(inbox)
		require.NoError(t, err)
		require.NoError(t, nc.PublishRequest("who", inbox, nil))
		from := map[string]bool{}
		for range responders {
			from[string(next(t, replies).Data)] = true
		}
		require.Len(t, from, responders)
		nothing(t, nc, replies)

		require.NoError(t, nc.PublishRequest("nobody", inbox, nil))
		_, err = replies.NextMsg(patience)
		require.ErrorIs(t, err, nats.ErrNoResponders)
	})
}

func TestHeaders(t *testing.T) {
	overSockets(t, func(t *testing.T, addr string) {
		s := site{addr: addr, option: func(*nats.Options) error { return nil }}
		nc, other := s.connect(t), s.connect(t)
		sub, err := other.SubscribeSync("h.*")
		require.NoError(t, err)
		require.NoError(t, other.Flush())
		plain, err := openRaw(addr, `CONNECT {"verbose":false,"headers":false}`+"\r\n")
		require.NoError(t, err)
		defer plain.close()
		_, err = plain.barrier("SUB h.> 7\r\n")
		require.NoError(t, err)

		m := nats.NewMsg("h.1")
		m.Header.Add("Colour", "red")
		m.Header.Add("Colour", "blue")
		m.Header.Set("empty", "")
		m.Reply = "back"
		m.Data = []byte("body")
		require.NoError(t, nc.PublishMsg(m))
		got := next(t, sub)
		require.Equal(t, m.Header, got.Header)
		require.Equal(t, []string{"red", "blue"}, got.Header.Values("Colour"))
		require.Equal(t, "body", string(got.Data))
		require.NoError(t, nc.PublishMsg(&nats.Msg{Subject: "h.2", Header: nats.Header{"Only": {"header"}}}))
		require.Equal(t, "header", next(t, sub).Header.Get("Only"))
		require.NoError(t, nc.Flush())

		msgs, err := plain.barrier("")
		require.NoError(t, err)
		require.Equal(t, []*message{
			{subject: "h.1", sid: "7", reply: "back", body: "body"},
			{subject: "h.2", sid: "7"},
		}, msgs, "a client that takes no headers gets the rest")
	})
}

func TestMicro(t *testing.T) {
	everywhere(t, func(t *testing.T, s site) {
		var services []micro.Service
		var conns []*nats.Conn
		for range 3 {
			conns = append(conns, s.connect(t))
			service, err := micro.AddService(conns[len(conns)-1], micro.Config{
				Name: "Adder", Version: "1.2.3", Description: "adds",
				Endpoint: &micro.EndpointConfig{
					Subject:  "svc.add",
					Metadata: map[string]string{"unit": "one"},
					Handler: micro.HandlerFunc(func(r micro.Request) {
						var terms []int
						if json.Unmarshal(r.Data(), &terms) != nil {
							_ = r.Error("400", "not numbers", nil)
							return
						}
						sum := 0
						for _, n := range terms {
							sum += n
						}
						_ = r.RespondJSON(sum)
					}),
				},
			})
			require.NoError(t, err)
			require.NoError(t, conns[len(conns)-1].Flush(), "AddService does not wait for the broker")
			services = append(services, service)
		}
		nc := s.connect(t)
		for range 30 {
			m, err := nc.Request("svc.add", []byte("[1,2,39]"), patience)
			require.NoError(t, err)
			require.Equal(t, "42", string(m.Data))
		}
		m, err := nc.Request("svc.add", []byte("what"), patience)
		require.NoError(t, err)
		require.Equal(t, "400", m.Header.Get(micro.ErrorCodeHeader))

		for _, verb := range []micro.Verb{micro.PingVerb, micro.InfoVerb, micro.StatsVerb} {
			subject, err := micro.ControlSubject(verb, "Adder", "")
			require.NoError(t, err)
			inbox := nc.NewRespInbox()
			answers, err := nc.SubscribeSync(inbox)
			require.NoError(t, err)
			require.NoError(t, nc.PublishRequest(subject, inbox, nil))
			ids, handled := map[string]bool{}, 0
			for range services {
				var a micro.Stats
				require.NoError(t, json.Unmarshal(next(t, answers).Data, &a))
				require.Equal(t, "Adder", a.Name)
				ids[a.ID] = true
				for _, e := range a.Endpoints {
					handled += e.NumRequests
				}
			}
			require.Len(t, ids, len(services), verb)
			if verb == micro.StatsVerb {
				// Each of them counts a request after it has answered it.
				require.LessOrEqual(t, handled, 31, "each request went to one of them")
				require.GreaterOrEqual(t, handled, 31-len(services))
			}
		}
		for i, service := range services {
			require.NoError(t, service.Stop())
			require.NoError(t, conns[i].Flush())
		}
		_, err = nc.Request("svc.add", []byte("[]"), patience)
		require.ErrorIs(t, err, nats.ErrNoResponders)
	})
}
