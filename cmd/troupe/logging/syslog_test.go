//go:build !windows && !plan9

package logging

import (
	"bufio"
	"errors"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSyslogLevels(t *testing.T) {
	for _, network := range []string{"udp", "unixgram"} {
		t.Run(network, func(t *testing.T) {
			at := "127.0.0.1:0"
			if network == "unixgram" {
				at = filepath.Join(t.TempDir(), "log")
			}
			heard, err := net.ListenPacket(network, at)
			require.NoError(t, err)
			t.Cleanup(func() { _ = heard.Close() })
			l, err := Open(Options{Syslog: network + "://" + heard.LocalAddr().String(), Trace: true, Time: true, UTC: true}, nil)
			require.NoError(t, err)
			l.Named("part").Info("two words", "cid", 7)
			l.Trace("t")
			l.Warn("w")
			l.Error("e")
			for _, want := range []string{
				`^<29>.* \S+\[\d+\]: \[INFO\]  part: two words: cid=7\n$`, `^<31>.*\]: \[TRACE\] t\n$`, `^<28>.*\]: \[WARN\]  w\n$`, `^<27>.*\]: \[ERROR\] e\n$`,
			} {
				require.NoError(t, heard.SetReadDeadline(time.Now().Add(time.Minute)))
				line := make([]byte, 1024)
				n, _, err := heard.ReadFrom(line)
				require.NoError(t, err)
				assert.Regexp(t, want, string(line[:n]))
			}
			require.NoError(t, l.Close())
		})
	}
}

// A syslog takes what a client chose as one line as well.
func TestSyslogIsGivenLines(t *testing.T) {
	heard, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = heard.Close() })
	for _, format := range []Format{Text, JSON, NATS} {
		l, err := Open(Options{Syslog: "udp://" + heard.LocalAddr().String(), Format: format}, nil)
		require.NoError(t, err)
		l.Error("m", "name", "b\n#forged\x1b[2J")
		line := make([]byte, 1024)
		require.NoError(t, heard.SetReadDeadline(time.Now().Add(time.Minute)))
		n, _, err := heard.ReadFrom(line)
		require.NoError(t, err)
		assert.Regexp(t, `^<27>.*b\\+n#forged\\+x1b\[2J"?}?\n$`, string(line[:n]))
		require.NoError(t, l.Close())
	}
}

func TestSyslogInNATSForm(t *testing.T) {
	heard, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = heard.Close() })
	l, err := Open(Options{Syslog: "udp://" + heard.LocalAddr().String(), Format: NATS}, nil)
	require.NoError(t, err)
	l.Warn("w")
	line := make([]byte, 1024)
	n, _, err := heard.ReadFrom(line)
	require.NoError(t, err)
	assert.Regexp(t, `^<28>.*\]: \[\d+\] \[WRN\] w\n$`, string(line[:n]))
	require.NoError(t, l.Close())
}

// A syslog that goes away and comes back gets what was logged meanwhile.
func TestSyslogComesBack(t *testing.T) {
	first, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l, err := Open(Options{Syslog: "tcp://" + first.Addr().String()}, nil)
	require.NoError(t, err)
	nc, err := first.Accept()
	require.NoError(t, err)
	first.Close()
	nc.Close()
	second, err := net.Listen("tcp", first.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { second.Close() })
	said := make(chan string, 1)
	go func() {
		nc, err := second.Accept()
		if err != nil {
			return
		}
		line, _ := bufio.NewReader(nc).ReadString('\n')
		said <- line
	}()
	require.Eventually(t, func() bool {
		l.Info("again") // the first may be lost with the connection
		return len(said) > 0
	}, time.Minute, 5*time.Millisecond)
	assert.True(t, strings.HasSuffix(<-said, "[INFO]  again\n"))
	require.NoError(t, l.Close())
}

func TestSyslogThatIsNotThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l.Close()
	_, err = Open(Options{Syslog: "tcp://" + l.Addr().String()}, nil)
	require.ErrorContains(t, err, "cannot connect to the syslog")
	for _, address := range []string{"localhost:514", "udp://localhost", "tcp://h:1/path", "http://h:1", "unix://h/path", "unix:", "%"} {
		_, err := OpenSyslog(address)
		require.ErrorContains(t, err, "is not like")
	}
}

// stubborn is a syslog that takes what it is told to.
type stubborn struct {
	takes func() error
	taken []string
}

func (s *stubborn) connect() error { return s.takes() }
func (s *stubborn) Close() error   { return nil }
func (s *stubborn) send(_ hclog.Level, line string) error {
	err := s.takes()
	if err == nil {
		s.taken = append(s.taken, line)
	}
	return err
}

// Nobody waits for a syslog that takes nothing, and what did not fit is told of.
func TestSyslogThatIsStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		stuck := &stubborn{takes: func() error {
			<-time.After(time.Until(began.Add(time.Hour)))
			return nil
		}}
		s, err := openSyslog(stuck)
		require.NoError(t, err)
		require.Equal(t, syslogStart, time.Since(began), "it may be there later")
		for range syslogQueue + 7 {
			_, err := s.Write([]byte("line\n"))
			require.NoError(t, err)
		}
		require.Equal(t, syslogStart, time.Since(began))
		<-time.After(2 * time.Hour)
		require.NoError(t, s.Close())
		<-s.over
		require.Len(t, stuck.taken, syslogQueue+1)
		assert.Equal(t, []string{"line", "7 lines were dropped: the syslog did not take them", "line"}, stuck.taken[:3])
		_, err = s.Write([]byte("late"))
		require.Error(t, err)
		require.NoError(t, s.Close(), "twice")
	})
}

// A log that is closed waits for no syslog for long.
func TestSyslogThatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone := false
		s, err := openSyslog(&stubborn{takes: func() error {
			if gone {
				return errors.New("gone")
			}
			return nil
		}})
		require.NoError(t, err)
		gone = true
		_, err = s.Write([]byte("line"))
		require.NoError(t, err)
		<-time.After(time.Minute)
		began := time.Now()
		require.NoError(t, s.Close())
		<-s.over
		assert.LessOrEqual(t, time.Since(began), syslogPatience)
	})
}
