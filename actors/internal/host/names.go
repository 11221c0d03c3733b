package host

import (
	"strconv"
	"strings"

	"github.com/asynkron/protoactor-go/actor"
)

// The names in the broker's tree.
const (
	Root        = "troupe"
	Partitions  = "partitions"
	Connections = "connections"
	Listeners   = "listeners"
	Taps        = "taps"
	Actors      = "actors"        // those that others have written
	Links       = "links"         // to other servers
	Mesh        = Links + "/mesh" // those of the cluster
	Monitor     = "monitor"
	Budget      = "budget"
	History     = "history"
	Closed      = "closed-connections"
)

// The roles that somebody asks about.
const (
	ConnectionRole = "connection"
	TapRole        = "tap"
)

const connectionPrefix = "conn-"

// Path is where an actor is in the tree: names from the root's child down.
func Path(names ...string) string { return Root + "/" + strings.Join(names, "/") }

// ConnectionName is what the connection of a client is called.
func ConnectionName(cid uint64) string { return connectionPrefix + strconv.FormatUint(cid, 10) }

// InternalName is what the connection of a client is called that is a part of the
// broker. It is none of those that are counted and shown.
func InternalName(cid uint64) string { return "internal-" + strconv.FormatUint(cid, 10) }

// LinkName is what the connection to another server is called.
func LinkName(id uint64) string { return "link-" + strconv.FormatUint(id, 10) }

// Link is the connection to another server.
func (h *Host) Link(id uint64) *actor.PID { return h.PID(Path(Connections, LinkName(id))) }

// CIDOf is the cid of the connection with that path, if it is one's.
func CIDOf(path string) (cid uint64, ok bool) {
	if !strings.HasPrefix(path, Root+"/"+Connections+"/") {
		return 0, false
	}
	number, ok := strings.CutPrefix(path[strings.LastIndexByte(path, '/')+1:], connectionPrefix)
	if !ok {
		return 0, false
	}
	cid, err := strconv.ParseUint(number, 10, 64)
	return cid, err == nil
}

// PartitionName is what a partition is called.
func PartitionName(p int) string { return "part-" + strconv.Itoa(p) }
