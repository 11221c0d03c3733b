package mesh

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/members"
)

// TestURLsOfOthersAreBounded: servers that say that clients come to thousands of places each have clients told of some, and keep the
// roster no longer than others do.
func TestURLsOfOthersAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newTown(t, Settings{AuthTimeout: time.Minute})
		n.Accept = accepts(n)
		const servers, each = 20, 5000
		for s := range servers {
			n.comes()
			var urls []string
			for i := range each {
				urls = append(urls, fmt.Sprintf(`"h%d:%d"`, s, i))
			}
			require.NotNil(t, n.says(n.last, fmt.Sprintf(`{"server_id":"S%d","server_name":"s%d","connect_urls":[%s]}`, s, s, strings.Join(urls, ","))).Server)
		}
		told := n.State().URLs
		assert.Len(t, told, servers*members.MostURLs)
		assert.Contains(t, told, "h19:0", "each server has some")
	})
}
