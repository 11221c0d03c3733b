package monitor

import (
	"cmp"
	"fmt"
	"net/http"
	"text/tabwriter"

	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/actors/oneline"
	"github.com/troupe-mq/troupe/actors/tap"
)

type tapz struct {
	documents.Head
	Taps []tap.Status `json:"taps"`
}

// tapz is how the taps are doing, in the order in which they were added, as JSON or, with
// format=text, as a table.
func (s *site) tapz(w http.ResponseWriter, r *http.Request) (any, error) {
	asText, err := parse(r, parseFormat)
	if err != nil {
		return nil, err
	}
	all := s.broker.Taps()
	if !asText {
		return &tapz{Head: s.documents.Head(), Taps: append([]tap.Status{}, all...)}, nil
	}
	beginText(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "TAP\tPOLICY\tWAITING\tBYTES\tTAKEN\tLOST\tSTATE")
	for _, t := range all {
		state := "told"
		switch {
		case t.LeftOff != "":
			state = "left off: " + oneline.Text(t.LeftOff)
		case t.Stuck:
			state = "stuck"
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%d\t%s\n", cmp.Or(oneline.Text(t.Name), "-"), t.Policy, t.Records, t.Bytes, t.Taken, t.Lost, state)
	}
	return nil, table.Flush()
}
