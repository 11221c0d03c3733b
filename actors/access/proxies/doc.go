// Package proxies is who vouches for connections: proxies whose keys are trusted, each of which signs the nonce of a connection
// that it has made for a client, and adds the signature to the client's CONNECT (proxy_sig).
//
// It owns the keys. It promises that a signature counts for one connection, since the nonce is another for each. It must not
// know who the client is, nor whether a user needs a proxy: that is asked of package access.
package proxies
