package conf

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/accounts"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
	"github.com/troupe-mq/troupe/cmd/troupe/nearest"
)

// This file is what would be right, behind what is wrong.

// hinted are mistakes, those about unknown keys with the nearest key that there is.
func hinted(mistakes []*lang.FileError) []*lang.FileError {
	for _, m := range mistakes {
		if !errors.Is(m.Err, lang.ErrUnknown) {
			continue
		}
		_, quoted, _ := strings.Cut(m.Err.Error(), lang.ErrUnknown.Error()+" ")
		key, err := strconv.Unquote(quoted)
		if err != nil {
			continue
		}
		if near := nearest.Of(key, known()); near != "" && near != strings.ToLower(key) {
			m.Err = fmt.Errorf("%w, did you mean %s?", m.Err, near)
		}
	}
	return mistakes
}

// known are the keys of the top level and of authorization.
func known() []string {
	return slices.AppendSeq(slices.Collect(maps.Keys(keys)), maps.Keys(accounts.Authorization))
}
