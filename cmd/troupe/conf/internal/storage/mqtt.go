package storage

import (
	"strings"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/engine"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/network"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// mqttKeys are the keys of the mqtt block, besides its blocks and what is handed on.
var mqttKeys = lang.Table(map[string]func(*engine.MQTT, any) error{
	"listen":       lang.Address(func(m *engine.MQTT) (*string, *int) { return &m.Host, &m.Port }),
	"host net":     lang.Text(func(m *engine.MQTT) *string { return &m.Host }),
	"port":         lang.Number(func(m *engine.MQTT) *int { return &m.Port }),
	"tls":          lang.NeedsBlock[engine.MQTT]("{ cert_file: …, key_file: … }"),
	"no_auth_user": lang.Text(func(m *engine.MQTT) *string { return &m.NoAuthUser }),
})

// engineMQTT are those that are handed on.
var engineMQTT = lang.Table(map[string]handedOn{
	"ack_wait ackwait js_api_timeout api_timeout":                          {text: true, number: true},
	"max_ack_pending max_pending max_inflight":                             {number: true},
	"consumer_inactive_threshold consumer_auto_cleanup":                    {text: true, number: true},
	"consumer_memory_storage reject_qos2_publish downgrade_qos2_subscribe": {toggle: true},
	"stream_replicas consumer_replicas":                                    {number: true},
	"js_domain":                                                            {text: true},
	"authorization authentication": {inner: lang.Table(map[string]handedOn{
		"user username password pass token": {text: true},
		"timeout":                           {text: true, number: true},
	})},
})

// MQTT reads the mqtt block. Without a port there is to be no MQTT: it is nil.
func MQTT(r *lang.Reader, values map[string]any) *engine.MQTT {
	m := &engine.MQTT{Settings: make(map[string]any)}
	r.Block(values, func(key string, value any, _ lang.FileError) (err error) {
		lower := strings.ToLower(key)
		if inner, ok := value.(map[string]any); ok && lower == "tls" {
			m.TLS = new(actors.TLS)
			network.TLS(r, inner, m.TLS)
			return nil
		}
		if _, ok := engineMQTT[lower]; ok {
			m.Settings[lower], err = handOn(r, lower, value, engineMQTT)
			return err
		}
		return lang.Set(m, key, value, mqttKeys, nil, lang.Keys(engineMQTT))
	})
	if m.Port == 0 {
		return nil
	}
	return m
}
