package listener

import "net/netip"

// Networks are networks whose texts have been found valid.
func Networks(texts []string) (all []netip.Prefix) {
	for _, text := range texts {
		if p, err := netip.ParsePrefix(text); err == nil {
			all = append(all, p.Masked())
		}
	}
	return all
}
