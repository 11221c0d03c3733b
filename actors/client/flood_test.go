package client_test

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/client"
)

// TestSlowActorGetsWholeMessages: what waits for an actor is handed over message by message, however much of it is
// written before the progress is looked at.
func TestSlowActorGetsWholeMessages(t *testing.T) {
	bubble(t, actors.Config{Partitions: 1}, func(t *testing.T, b *actorstest.Broker) {
		const messages, size = 40, 200_000
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":false}`)
		p := enlist(t, b, "p", client.Options{}, subscribe(t, "a"))
		release := p.stuck()
		for i := range messages {
			c.Write("PUB a " + strconv.Itoa(size) + "\r\n" + strings.Repeat(string(rune('A'+i)), size) + "\r\n")
		}
		c.Fence()
		release()
		for i := range messages {
			m := actorstest.Expect[*client.Message](p.Probe)
			assert.Len(t, m.Data, size)
			assert.Equal(t, byte('A'+i), m.Data[size-1])
		}
		p.Quiet()
	})
}

// TestFloodsOfActorsShareTheRoom: all actors together are bounded in what they have said that is not done, and
// whoever says little is heard.
func TestFloodsOfActorsShareTheRoom(t *testing.T) {
	const room, size, floods = 400_000, 1000, 4
	bubble(t, actors.Config{MaxPending: 4 * room, MaxPayload: 10_000, Partitions: 1}, func(t *testing.T, b *actorstest.Broker) {
		var all []*player
		for i := range floods {
			all = append(all, enlist(t, b, "flood"+strconv.Itoa(i), client.Options{}, nil))
		}
		late := enlist(t, b, "late", client.Options{}, nil)
		go func() {
			_, err := b.Inject(context.Background(), actors.Fault{Target: "partitions/part-0", Kind: actors.FaultStall, For: time.Second})
			assert.NoError(t, err)
		}()
		synctest.Wait()
		said := make([]int, floods)
		for busy := 0; busy < floods; {
			busy = 0
			for i, p := range all {
				p.do(func(c *client.Client) {
					m := client.Message{Subject: "a", Data: bytes.Repeat([]byte("x"), size)}
					if err := c.Publish(&m); err != nil {
						assert.ErrorIs(t, err, client.ErrBusy)
						busy++
						return
					}
					said[i]++
				})
			}
		}
		sum := 0
		for i := range said {
			assert.InDelta(t, said[0], said[i], 1)
			sum += said[i]
		}
		assert.Less(t, sum*size, room)
		assert.Greater(t, sum*size, room*9/10)
		late.do(func(c *client.Client) {
			assert.NoError(t, c.Publish(&client.Message{Subject: "a", Data: bytes.Repeat([]byte("x"), 2*size)}))
			assert.NoError(t, c.Publish(&client.Message{Subject: "a", Data: []byte("and more")}))
		})
		actorstest.Advance(t, 2*time.Second)
		for _, p := range all {
			p.do(func(c *client.Client) { assert.NoError(t, c.Publish(&client.Message{Subject: "a"})) })
		}
	})
}
