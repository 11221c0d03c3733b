package audit

import (
	"encoding/hex"
	"encoding/json"
	"errors"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
)

// repaired verifies the line of a start that has found something behind the last
// seal: no record between that seal and this line is vouched for. The line must
// agree with what is there, or else it could be put where it leaves out some.
func (v *verifier) repaired(l chain.Line) error {
	var r chain.Repaired
	if err := json.Unmarshal(l.Text, &r); err != nil {
		return err
	}
	found := Repair{File: v.path, Line: v.line, Time: r.Time, Records: uint64(v.pending), Moved: r.Repaired, Aside: r.File}
	if found.Records > 0 {
		found.First, found.Last = v.next-found.Records, v.next-1
	}
	if r.Hash != "" || r.Unproven > 0 { // some were written before this was in them
		hash := v.tape.Seal(v.hash)
		if r.Unproven != found.Records || r.From != found.First || r.To != found.Last || r.Hash != hex.EncodeToString(hash[:]) {
			return errors.New("the line tells of other records than are before it")
		}
	}
	v.repairs = append(v.repairs, found)
	return nil
}

// found reports what starts have found, once that is sealed. The last one of a
// group has found all that was there.
func (v *verifier) found(repairs []Repair) {
	v.report.Repairs = append(v.report.Repairs, repairs...)
	if n := len(repairs); n > 0 {
		v.report.Unproven += repairs[n-1].Records
	}
}
