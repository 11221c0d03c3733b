package wire

import "encoding/json"

// Info is what a server says about itself, in INFO. Booleans that are false are
// left out, except Headers.
type Info struct {
	ServerID   string `json:"server_id"`
	ServerName string `json:"server_name"`
	Version    string `json:"version"`          // the level of NATS by which clients choose features
	Troupe     string `json:"troupe,omitempty"` // the broker's own version
	Proto      int    `json:"proto"`
	GitCommit  string `json:"git_commit,omitempty"`
	Go         string `json:"go"`
	Host       string `json:"host"`
	Port       int    `json:"port"`
	Headers    bool   `json:"headers"`
	MaxPayload int    `json:"max_payload"`
	ClientID   uint64 `json:"client_id,omitempty"`
	ClientIP   string `json:"client_ip,omitempty"`
	IP         string `json:"ip,omitempty"`

	AuthRequired bool   `json:"auth_required,omitempty"`
	TLSRequired  bool   `json:"tls_required,omitempty"`
	TLSVerify    bool   `json:"tls_verify,omitempty"`
	TLSAvailable bool   `json:"tls_available,omitempty"`
	Nonce        string `json:"nonce,omitempty"` // what an nkey client signs; new for each connection

	Cluster        string   `json:"cluster,omitempty"`
	ClusterDynamic bool     `json:"cluster_dynamic,omitempty"`
	ConnectURLs    []string `json:"connect_urls,omitempty"`
	WSConnectURLs  []string `json:"ws_connect_urls,omitempty"`
	LameDuck       bool     `json:"ldm,omitempty"`

	ConnectInfo     bool   `json:"connect_info,omitempty"` // the INFO that answers CONNECT
	RemoteAccount   string `json:"remote_account,omitempty"`
	IsSystemAccount bool   `json:"acc_is_sys,omitempty"`

	JetStream bool   `json:"jetstream,omitempty"`
	Domain    string `json:"domain,omitempty"`
	APILevel  int    `json:"api_lvl,omitempty"`
	XKey      string `json:"xkey,omitempty"`

	// For servers that are to be leaf nodes. LeafNodeURLs is where they find this server and others of its cluster; they take
	// an INFO without it for that of another port.
	Compression   string   `json:"compression,omitempty"`
	InfoOnConnect bool     `json:"info_on_connect,omitempty"` // CONNECT is answered
	LeafNodeURLs  []string `json:"leafnode_urls,omitzero"`
}

// AppendInfo appends the INFO line. NATS servers put a space in front of its
// CRLF, and so does this.
func AppendInfo(dst []byte, i *Info) []byte {
	text, err := json.Marshal(i)
	if err != nil {
		panic("wire: INFO of plain fields must be JSON: " + err.Error())
	}
	dst = append(dst, "INFO "...)
	dst = append(dst, text...)
	return append(dst, " \r\n"...)
}

// CheckInfo checks the INFO that a client sent. Its content is of no interest,
// but what is not JSON or has fields of a wrong type is [ErrParser].
func CheckInfo(arg []byte) error {
	var ignored Info
	if json.Unmarshal(arg, &ignored) != nil {
		return ErrParser
	}
	return nil
}
