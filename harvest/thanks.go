package harvest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"wiredesk/harvest/pattern"
	"wiredesk/store"
	"wiredesk/store/plain"
)

var (
	creditEnd    = pattern.New(`\s*\(([^()]{1,120})\)[\s:,–—-]*$`)
	creditBegin  = pattern.New(`^\(([^()]{1,120})\)\s*(.*)$`)
	thanks       = pattern.New(`(?i)^(via|by|h/t|ht|hat[- ]tip)(?:\s+to)?:?\s+`)
	thanksBehind = pattern.New(`(?i)^(?:via|h/t|hat[- ]tip)(?:\s+to)?:?\s+[^()]{1,80}$`)
	handle       = pattern.New(`^@[\w.-]+(?:@[\w.-]+)?$`)
)

// creditAtEnd splits "Title (Person, @handle)"; brackets that hold something else stay.
func creditAtEnd(s string) (string, store.Credit) {
	if m := creditEnd().FindStringSubmatchIndex(s); m != nil {
		if c, ok := readCredit(s[m[2]:m[3]]); ok {
			return strings.TrimSpace(s[:m[0]]), c
		}
	}
	return s, store.Credit{}
}

// creditAtBegin reads what stands behind a link: "(via Person, Org)", or "h/t @name".
func creditAtBegin(s string) (store.Credit, string) {
	if m := creditBegin().FindStringSubmatch(s); m != nil {
		if c, ok := readCredit(m[1]); ok {
			return c, m[2]
		}
	}
	if thanksBehind().MatchString(s) {
		if c, ok := readCredit(s); ok {
			return c, ""
		}
	}
	return store.Credit{}, s
}

// readCredit reads "Person, Org", "Person, @handle", "via Person", "h/t @name". Without a "via" or
// a handle the first part must look like a person's full name: "(Cambridge, UK)" thanks nobody.
func readCredit(s string) (store.Credit, bool) {
	s = plain.Line(s)
	var c store.Credit
	said := false
	if m := thanks().FindStringSubmatch(s); m != nil {
		said = true
		c.Via = !strings.EqualFold(m[1], "by")
		s = s[len(m[0]):]
	}
	var organisation []string
	for i, part := range strings.Split(s, ",") {
		part = strings.TrimSpace(strings.TrimRight(part, ".;"))
		switch {
		case part == "":
		case handle().MatchString(part):
			c.Handle = part
		case i == 0:
			c.Person = part
		default:
			organisation = append(organisation, part)
		}
	}
	c.Organisation = strings.Join(organisation, ", ")
	first, _ := utf8.DecodeRuneInString(c.Person)
	switch {
	case c.Handle != "": // a project writes its name as it likes
		return c, c.Person == "" || unicode.IsLetter(first) && len(strings.Fields(c.Person)) <= 5
	case said:
		return c, unicode.IsUpper(first) || unicode.IsLetter(first) && !unicode.IsLower(first)
	}
	return c, c.Organisation != "" && named(c.Person, 2)
}

// particles are the small words within names.
var particles = map[string]bool{"al": true, "bin": true, "da": true, "de": true, "del": true, "den": true, "der": true, "di": true, "du": true,
	"la": true, "le": true, "of": true, "ten": true, "van": true, "via": true, "von": true}

// named reports that s may be a name: so many words at least, capitals, no digits.
func named(s string, words int) bool {
	all := strings.Fields(s)
	if len(all) < words || len(all) > 7 {
		return false
	}
	for i, w := range all {
		first := []rune(w)[0]
		if strings.ContainsFunc(w, unicode.IsDigit) || unicode.IsLower(first) && (i == 0 || !particles[w]) || !unicode.IsLetter(first) {
			return false
		}
	}
	return true
}
