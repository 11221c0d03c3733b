package operator

import (
	"regexp"
	"slices"
	"strings"

	"github.com/nats-io/jwt/v2"

	"github.com/troupe-mq/troupe/topics"
)

// This file is the roles of signing keys: permissions in which {{name()}} and the
// like stand for what a user is called.

// maxExpansions is how many subjects one list of a role may become: a user with
// many tags makes many of one.
const maxExpansions = 4096

var blank = regexp.MustCompile(`\{\{[^}]+\}\}`)

// role is what a role gives a user, nil if it has a blank that cannot be filled in.
func (a *account) role(scope *jwt.UserScope, u *jwt.UserClaims) *jwt.UserPermissionLimits {
	granted := scope.Template
	ok := a.direction(&granted.Pub, u) && a.direction(&granted.Sub, u)
	if !ok {
		return nil
	}
	return &granted
}

// direction fills in what may be published, or subscribed to. Where nothing is left
// of what is allowed nothing is allowed, which is not what an empty list means.
func (a *account) direction(p *jwt.Permission, u *jwt.UserClaims) bool {
	allow, _, ok := a.fill(p.Allow, u)
	deny, lost, known := a.fill(p.Deny, u)
	if !ok || !known || lost {
		return false // what is to be forbidden must not be lost
	}
	if len(p.Allow) > 0 && len(allow) == 0 {
		deny = append(slices.Clip(deny), ">")
	}
	p.Allow, p.Deny = allow, deny
	return true
}

// fill fills in the blanks of a list. lost is whether a subject of it became none:
// a tag may be missing, or no token of a subject. ok is false for a blank that means
// nothing, and for too many subjects.
func (a *account) fill(list []string, u *jwt.UserClaims) (filled []string, lost, ok bool) {
	for _, subject := range list {
		all := []string{subject}
		for _, b := range blank.FindAllString(subject, -1) {
			values, known := a.values(b, u)
			if !known || len(all)*len(values) > maxExpansions {
				return nil, false, false
			}
			var next []string
			for _, s := range all {
				for _, v := range values {
					if strings.ContainsAny(v, " \t\r\n") {
						v = "" // behind a blank there would be the name of a queue
					}
					next = append(next, strings.Replace(s, b, v, 1))
				}
			}
			all = next
		}
		lost = lost || len(all) == 0
		for _, s := range all {
			if pattern, _, _ := strings.Cut(s, " "); s != subject && !topics.ValidPattern(pattern) {
				lost = true
				continue
			}
			filled = append(filled, s)
		}
		if len(filled) > maxExpansions {
			return nil, false, false
		}
	}
	return filled, lost, true
}

// values are what a blank stands for, and whether it means anything.
func (a *account) values(b string, u *jwt.UserClaims) (values []string, known bool) {
	what := strings.TrimSpace(strings.Trim(b, "{}"))
	function, argument, _ := strings.Cut(strings.TrimSuffix(what, ")"), "(")
	if !strings.HasSuffix(what, ")") {
		return nil, false
	}
	switch function = strings.ToLower(function); function {
	case "tag":
		return tagged(u.Tags, argument), true
	case "account-tag":
		return tagged(a.claims.Tags, argument), true
	}
	value, known := map[string]string{
		"name": u.Name, "subject": u.Subject, "account-name": a.claims.Name, "account-subject": u.IssuerAccount,
	}[function]
	return []string{value}, known && argument == ""
}

// tagged are the values of the tags of a name: those of "x:1" and "x:2" are 1 and 2.
func tagged(tags []string, name string) []string {
	var values []string
	for _, tag := range tags {
		if value, ok := strings.CutPrefix(tag, strings.ToLower(name)+":"); ok {
			values = append(values, value)
		}
	}
	return values
}
