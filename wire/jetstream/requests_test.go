package jetstream_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/wire/jetstream"
)

func TestConsumerRequest(t *testing.T) {
	for subject, want := range map[string]string{
		"$JS.API.CONSUMER.MSG.NEXT.s.c":     "MSG.NEXT.s.c",
		"$JS.hub.API.CONSUMER.DELETE.s.c":   "DELETE.s.c",
		"$JS.API.CONSUMER.":                 "",
		"$JS.API.STREAM.INFO.s":             "no",
		"$JS.a.b.API.CONSUMER.DELETE.s.c":   "no",
		"x.$JS.API.CONSUMER.DELETE.s.c":     "no",
		"$JS":                               "no",
		"$JS.":                              "no",
		"$JS.hub.APIS.CONSUMER.DELETE.s.c":  "no",
		"$JS.API.CONSUMER":                  "no",
		"$JS.API.API.CONSUMER.CREATE.s.c.f": "CREATE.s.c.f",
	} {
		request, ok := jetstream.ConsumerRequest([]byte(subject))
		assert.Equal(t, want != "no", ok, subject)
		assert.Equal(t, ok, jetstream.Asks([]byte(subject)), subject)
		if ok {
			assert.Equal(t, want, string(request), subject)
		}
	}
}

func TestDirectGet(t *testing.T) {
	for subject, want := range map[string]string{
		"$JS.API.DIRECT.GET.s": "s", "$JS.API.DIRECT.GET.s.a.b": "s", "$JS.API.DIRECT.GET.": "", "$JS.API.DIRECT.GET": "", "$JS.hub.API.DIRECT.GET.s": "",
	} {
		stream, ok := jetstream.DirectGet([]byte(subject))
		assert.Equal(t, want != "", ok, subject)
		assert.Equal(t, want, string(stream), subject)
		assert.Equal(t, ok, jetstream.Asks([]byte(subject)), subject)
	}
}
