package conf

import (
	"errors"
	"strings"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/engine"
)

// mqttKeys are the keys of the mqtt block, besides its blocks and what is handed on.
var mqttKeys = index(map[string]func(*engine.MQTT, any) error{
	"listen":       address(func(m *engine.MQTT) (*string, *int) { return &m.Host, &m.Port }),
	"host net":     text(func(m *engine.MQTT) *string { return &m.Host }),
	"port":         number(func(m *engine.MQTT) *int { return &m.Port }),
	"no_auth_user": text(func(m *engine.MQTT) *string { return &m.NoAuthUser }),
})

// engineMQTT are those that are handed on.
var engineMQTT = index(map[string]handedOn{
	"ack_wait ackwait js_api_timeout api_timeout":                          {text: true, number: true},
	"max_ack_pending max_pending max_inflight":                             {number: true},
	"consumer_inactive_threshold consumer_auto_cleanup":                    {text: true, number: true},
	"consumer_memory_storage reject_qos2_publish downgrade_qos2_subscribe": {toggle: true},
	"stream_replicas consumer_replicas":                                    {number: true},
	"authorization": {inner: index(map[string]handedOn{
		"user username password pass token": {text: true},
		"timeout":                           {text: true, number: true},
	})},
})

// setMQTT is reached by a value that is no block.
func setMQTT(_ *Settings, value any) error {
	if isOff(value) {
		return nil
	}
	return errors.New("needs a block: mqtt { port: 1883 }")
}

// mqtt reads the mqtt block.
func (f *file) mqtt(values map[string]any) {
	m := &engine.MQTT{Settings: make(map[string]any)}
	f.settings.Engine.MQTT = m
	f.block(values, func(key string, value any, _ FileError) (err error) {
		lower := strings.ToLower(key)
		if inner, ok := value.(map[string]any); ok && lower == "tls" {
			m.TLS = new(actors.TLS)
			f.tls(inner, m.TLS)
			return nil
		}
		if _, ok := engineMQTT[lower]; ok {
			m.Settings[lower], err = f.handOn(lower, value, engineMQTT)
			return err
		}
		return setKey(m, key, value, mqttKeys, nil)
	})
}

// checkStorage finds what needs an engine where there is to be none.
func (s *Settings) checkStorage() error {
	if !s.JetStream {
		if s.Engine.MQTT != nil {
			return errors.New("mqtt needs jetstream: its sessions are stored")
		}
		return nil
	}
	if len(s.Broker.Operators) > 0 || len(s.Broker.TrustedKeys) > 0 {
		return errors.New("jetstream is not there yet for accounts that an operator has signed")
	}
	return s.Engine.Validate()
}
