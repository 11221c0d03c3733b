package tools_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/engine"
)

// long is how long anything may take that is to happen.
const long = 20 * time.Second

// engineProgram is what stores, and speaks MQTT.
func engineProgram(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("TROUPE_ENGINE"); path != "" {
		return path
	}
	return program(t, "github.com/nats-io/nats-server/v2")
}

// withMQTT is a broker whose engine listens for MQTT clients, and that address.
func withMQTT(t *testing.T, m engine.MQTT, config actors.Config) (b *actors.Broker, address string) {
	t.Helper()
	m.Host, m.Port = "127.0.0.1", -1
	config.NoListen = true
	e := engine.New(engine.Config{Path: engineProgram(t), StoreDir: t.TempDir(), MQTT: &m}, config)
	b, err := actors.Start(t.Context(), config, e.With())
	require.NoError(t, err)
	t.Cleanup(func() { _ = b.Stop(context.Background()) })
	return b, e.MQTTAddr()
}

// core is an ordinary client of the broker.
func core(t *testing.T, b *actors.Broker, options ...nats.Option) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect("", append(options, nats.InProcessServer(b), nats.NoReconnect())...)
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	return nc
}

// options are those of an MQTT client.
func options(address, id string) *mqtt.ClientOptions {
	return mqtt.NewClientOptions().AddBroker("tcp://" + address).SetClientID(id).SetConnectTimeout(long).SetAutoReconnect(false).SetOrderMatters(true)
}

// done waits for what an MQTT client does.
func done(t *testing.T, token mqtt.Token) {
	t.Helper()
	require.True(t, token.WaitTimeout(long), "it takes too long")
	require.NoError(t, token.Error())
}

func come(t *testing.T, o *mqtt.ClientOptions) mqtt.Client {
	t.Helper()
	c := mqtt.NewClient(o)
	done(t, c.Connect())
	t.Cleanup(func() { c.Disconnect(0) })
	return c
}

// mqttMessages is what an MQTT client gets on topics, with a quality of service.
func mqttMessages(t *testing.T, c mqtt.Client, topic string, qos byte) <-chan mqtt.Message {
	t.Helper()
	got := make(chan mqtt.Message, 64)
	done(t, c.Subscribe(topic, qos, func(_ mqtt.Client, m mqtt.Message) { got <- m }))
	return got
}

func next(t *testing.T, got <-chan mqtt.Message) mqtt.Message {
	t.Helper()
	select {
	case m := <-got:
		return m
	case <-time.After(long):
		require.Fail(t, "no message has come")
		return nil
	}
}

// known has a message of the broker's own come to an MQTT client: then it is known what that wants.
func known(t *testing.T, nc *nats.Conn, subject string, got <-chan mqtt.Message) {
	t.Helper()
	require.Eventually(t, func() bool {
		if nc.Publish(subject, []byte("known")) != nil {
			return false
		}
		select {
		case <-got:
			return true
		case <-time.After(10 * time.Millisecond):
			return false
		}
	}, long, time.Millisecond)
	for {
		select {
		case <-got:
		case <-time.After(100 * time.Millisecond):
			return
		}
	}
}

// TestMQTT: messages cross between MQTT clients, and between them and others, with each quality of service.
func TestMQTT(t *testing.T) {
	b, address := withMQTT(t, engine.MQTT{}, actors.Config{})
	nc := core(t, b)
	theirs, err := nc.SubscribeSync("plant.>")
	require.NoError(t, err)
	require.NoError(t, nc.Flush())
	one, two := come(t, options(address, "one")), come(t, options(address, "two"))
	for qos := range byte(3) {
		got := mqttMessages(t, two, fmt.Sprintf("plant/%d/+", qos), qos)
		done(t, one.Publish(fmt.Sprintf("plant/%d/heat", qos), qos, false, "21"))
		m := next(t, got)
		assert.Equal(t, []any{fmt.Sprintf("plant/%d/heat", qos), "21", qos}, []any{m.Topic(), string(m.Payload()), m.Qos()})
		over, err := theirs.NextMsg(long)
		require.NoError(t, err)
		assert.Equal(t, []any{fmt.Sprintf("plant.%d.heat", qos), "21"}, []any{over.Subject, string(over.Data)})
	}
	got := mqttMessages(t, two, "from/core/#", 1)
	known(t, nc, "from.core.x", got)
	require.NoError(t, nc.Publish("from.core.y.z", []byte("hi")))
	m := next(t, got)
	assert.Equal(t, []any{"from/core/y/z", "hi"}, []any{m.Topic(), string(m.Payload())})
}

// TestMQTTKeeps: what is retained is for who comes later, a will is for when its client is lost, and a session has what came
// while its client was away.
func TestMQTTKeeps(t *testing.T) {
	b, address := withMQTT(t, engine.MQTT{Settings: map[string]any{
		"ack_wait": "1s", // what went to a client that was just about to leave comes again behind that
	}}, actors.Config{})
	nc := core(t, b)
	wills, err := nc.SubscribeSync("gone.*")
	require.NoError(t, err)
	require.NoError(t, nc.Flush())
	one := come(t, options(address, "one"))
	done(t, one.Publish("state/door", 1, true, "open"))
	two := come(t, options(address, "two"))
	m := next(t, mqttMessages(t, two, "state/#", 1))
	assert.Equal(t, []any{"state/door", "open", true}, []any{m.Topic(), string(m.Payload()), m.Retained()})

	lost, err := net.Dial("tcp", address)
	require.NoError(t, err)
	o := options(address, "mortal").SetWill("gone/mortal", "farewell", 1, false)
	o.SetCustomOpenConnectionFn(func(*url.URL, mqtt.ClientOptions) (net.Conn, error) { return lost, nil })
	mortal := mqtt.NewClient(o)
	done(t, mortal.Connect())
	require.NoError(t, lost.Close())
	will, err := wills.NextMsg(long)
	require.NoError(t, err)
	assert.Equal(t, []any{"gone.mortal", "farewell"}, []any{will.Subject, string(will.Data)})

	steady := func() *mqtt.ClientOptions { return options(address, "steady").SetCleanSession(false) }
	first := come(t, steady())
	mqttMessages(t, first, "work/+", 2)
	first.Disconnect(100)
	for i := range byte(3) {
		done(t, one.Publish(fmt.Sprintf("work/%d", i), i, false, []byte{'0' + i}))
	}
	again := make(chan mqtt.Message, 8)
	come(t, steady().SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) { again <- m }))
	qualities := make(map[string]byte)
	for len(qualities) < 2 { // what was published with quality 0 is for who is there
		m := next(t, again)
		qualities[m.Topic()] = m.Qos()
	}
	assert.Equal(t, map[string]byte{"work/1": 1, "work/2": 2}, qualities)
}

// TestMQTTUsers: the users of the broker, with their passwords and permissions; nobody else.
func TestMQTTUsers(t *testing.T) {
	config := actors.Config{Users: []access.User{
		{Name: "ann", Password: "a", Permissions: &access.Permissions{
			Publish: access.Rules{Allow: []string{"ann.>", "$MQTT.>"}}, Subscribe: access.Rules{Allow: []string{"ann.>", "$MQTT.>"}},
		}},
		{Name: "bob", Password: "b"},
	}}
	b, address := withMQTT(t, engine.MQTT{}, config)
	nc := core(t, b, nats.UserInfo("bob", "b"))
	all, err := nc.SubscribeSync("*.said")
	require.NoError(t, err)
	require.NoError(t, nc.Flush())
	for _, wrong := range []*mqtt.ClientOptions{options(address, "x"), options(address, "x").SetUsername("ann").SetPassword("b"), options(address, "x").SetUsername("eve").SetPassword("a")} {
		token := mqtt.NewClient(wrong).Connect()
		require.True(t, token.WaitTimeout(long))
		require.Error(t, token.Error())
	}
	ann := come(t, options(address, "ann").SetUsername("ann").SetPassword("a"))
	got := mqttMessages(t, ann, "ann/+", 0)
	ann.Publish("bob/said", 0, false, "no").WaitTimeout(long)
	done(t, ann.Publish("ann/said", 1, false, "yes"))
	assert.Equal(t, "ann/said", next(t, got).Topic())
	m, err := all.NextMsg(long)
	require.NoError(t, err)
	assert.Equal(t, []any{"ann.said", "yes"}, []any{m.Subject, string(m.Data)}, "what ann may not say nobody hears")
}

// TestMQTTByTLS: with the certificate of the mqtt block.
func TestMQTTByTLS(t *testing.T) {
	cert, key, pool := certificate(t)
	_, address := withMQTT(t, engine.MQTT{TLS: &actors.TLS{CertFile: cert, KeyFile: key}}, actors.Config{})
	o := mqtt.NewClientOptions().AddBroker("ssl://" + address).SetClientID("one").SetConnectTimeout(long).SetTLSConfig(&tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12})
	c := come(t, o)
	got := mqttMessages(t, c, "a", 1)
	done(t, c.Publish("a", 1, false, "x"))
	assert.Equal(t, "x", string(next(t, got).Payload()))
	token := mqtt.NewClient(options(address, "plain").SetConnectTimeout(time.Second)).Connect()
	require.True(t, token.WaitTimeout(long))
	require.Error(t, token.Error())
}

// certificate makes one for 127.0.0.1 that is signed by itself.
func certificate(t *testing.T) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	pair, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	draft := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "engine"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, draft, draft, &pair.PublicKey, pair)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(pair)
	require.NoError(t, err)
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	require.NoError(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
	made, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool = x509.NewCertPool()
	pool.AddCert(made)
	return cert, key, pool
}
