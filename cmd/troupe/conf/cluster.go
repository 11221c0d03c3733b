package conf

import (
	"fmt"
	"strings"
)

// SetCluster sets a key of the cluster block. A broker that stands alone can
// honour one: servers tell their clients what their cluster is called, also where
// it is of one.
func (s *Settings) SetCluster(key string, value any) error {
	switch {
	case strings.EqualFold(key, "name"):
		return s.setClusterName(key, value)
	case isOff(value):
		return nil
	default:
		return &MissingError{Key: key, Feature: clusters}
	}
}

func (s *Settings) setClusterName(key string, value any) error {
	name, err := toText(value)
	switch {
	case err != nil:
		return fmt.Errorf("%q: %w", key, err)
	case strings.ContainsAny(name, " \t\r\n"):
		return fmt.Errorf("%q: a cluster's name cannot contain blanks", key)
	}
	s.Broker.ClusterName = name
	return nil
}
