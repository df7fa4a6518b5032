package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"wiredesk/harvest"
	"wiredesk/harvest/fetch"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// The limits of an OPML file, and why.
const (
	maxOPML     = 10 << 20 // bytes: a thousand feeds take 300 KB
	maxOutlines = 10000    // more than anybody reads
	maxNesting  = 50       // readers know one level of folders, outliners a few
	maxName     = 200      // characters of a name: it has to fit on a line
)

// namespace is that of the attributes that hold what OPML has no word for; other readers pass over
// them.
const namespace = "urn:wiredesk:source"

// exportOPML writes sources as OPML 2.0: those of a section in an outline of their own, behind
// those without. It holds no date, so that equal sources give equal bytes.
func exportOPML(sources []harvest.Source) []byte {
	var b bytes.Buffer
	attr := func(name, value string) {
		b.WriteString(" " + name + `="`)
		_ = xml.EscapeText(&b, []byte(value)) // a Buffer takes all
		b.WriteString(`"`)
	}
	b.WriteString(xml.Header + `<opml version="2.0" xmlns:wiredesk="` + namespace + `">` +
		"\n  <head>\n    <title>Sources of wiredesk</title>\n  </head>\n  <body>\n")
	sections := []string{""}
	of := map[string][]harvest.Source{}
	for _, s := range sources {
		if of[s.Section] == nil && s.Section != "" {
			sections = append(sections, s.Section)
		}
		of[s.Section] = append(of[s.Section], s)
	}
	for _, section := range sections {
		indent := "    "
		if section != "" {
			b.WriteString("    <outline")
			attr("text", section)
			b.WriteString(">\n")
			indent += "  "
		}
		for _, s := range of[section] {
			b.WriteString(indent + "<outline")
			attr("text", s.Name)
			attr("title", s.Name)
			if s.Kind == harvest.KindFeed {
				attr("type", "rss")
				attr("xmlUrl", s.URL)
			} else { // no feed, or none that another reader would find there
				attr("type", "link")
				attr("url", s.URL)
			}
			for _, k := range keysOf(s) {
				if k.name != "name" && k.name != "url" {
					attr("wiredesk:"+k.name, k.text())
				}
			}
			b.WriteString("/>\n")
		}
		if section != "" {
			b.WriteString("    </outline>\n")
		}
	}
	b.WriteString("  </body>\n</opml>\n")
	return b.Bytes()
}

// outline is one source that an OPML file proposes.
type outline struct {
	source harvest.Source
	group  string // names of the outlines around it
	wrong  string // why it cannot be taken
}

// entityDeclared finds a document type that declares entities of its own: no OPML needs one, and
// a few of them, each made of the others, fill any memory.
var entityDeclared = regexp.MustCompile(`(?i)<!ENTITY`)

// parseOPML reads the sources out of OPML 1.0, 1.1 or 2.0, in any encoding, without trusting it to
// be well-formed. What names no feed is returned with the reason; names and addresses are not
// checked yet. The error means that nothing can be taken; errCut comes with what stands before the
// break.
func parseOPML(body []byte) ([]outline, error) {
	if len(body) > maxOPML {
		return nil, fmt.Errorf("longer than the limit of %d MiB", maxOPML>>20)
	}
	text, _ := fetch.UTF8(body, "")
	dec := xml.NewDecoder(bytes.NewReader(text))
	dec.Strict = false
	dec.Entity = xml.HTMLEntity
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is UTF-8 by now
	var out []outline
	var groups []string // one for each open outline, "" for those that are sources
	isOPML, depth := false, 0
	for {
		token, err := dec.Token()
		switch {
		case err != nil && !isOPML:
			return nil, errors.New("no OPML")
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return out, errCut
		}
		switch t := token.(type) {
		case xml.Directive:
			if entityDeclared.Match(append([]byte("<!"), t...)) {
				return nil, errors.New("it declares entities of its own, which no OPML needs; refused")
			}
		case xml.StartElement:
			if depth++; depth > maxNesting {
				return nil, fmt.Errorf("outlines within outlines, more than %d deep; refused", maxNesting)
			}
			if strings.EqualFold(t.Name.Local, "opml") {
				isOPML = true
			}
			if !isOPML {
				return nil, errors.New("no OPML")
			}
			if !strings.EqualFold(t.Name.Local, "outline") {
				continue
			}
			o, name := readOutline(t.Attr)
			groups = append(groups, name)
			if o == nil {
				continue
			}
			groups[len(groups)-1] = ""
			o.group = strings.Join(slices.DeleteFunc(slices.Clone(groups), func(g string) bool { return g == "" }), " / ")
			if out = append(out, *o); len(out) > maxOutlines {
				return nil, fmt.Errorf("more than %d outlines; refused", maxOutlines)
			}
		case xml.EndElement:
			depth--
			if strings.EqualFold(t.Name.Local, "outline") && len(groups) > 0 {
				groups = groups[:len(groups)-1]
			}
		}
	}
}

// errCut is returned for a file that breaks off.
var errCut = errors.New("the file breaks off, or is no XML from there on; what stands before is taken")

// readOutline reads the attributes of an outline: a source, or nil and the name of a group.
func readOutline(attrs []xml.Attr) (*outline, string) {
	o := &outline{}
	var text, title, xmlURL, otherURL string
	for _, a := range attrs {
		value := strings.TrimSpace(a.Value)
		switch name := strings.ToLower(a.Name.Local); {
		case a.Name.Space == namespace:
			if err := setKey(&o.source, a.Name.Local, a.Value); err != nil && o.wrong == "" {
				o.wrong = err.Error()
			}
		case a.Name.Space != "":
		case name == "text":
			text = plain.Line(value)
		case name == "title":
			title = plain.Line(value)
		case name == "xmlurl":
			xmlURL = plain.Line(value)
		case name == "url", name == "htmlurl" && otherURL == "":
			otherURL = plain.Line(value)
		}
	}
	if text == "" {
		text = title
	}
	s := &o.source
	switch {
	case xmlURL != "":
		s.URL = xmlURL
	case s.Kind != "":
		s.URL = otherURL
	case otherURL != "":
		s.URL = otherURL
		o.wrong = "it names no feed; `wiredesk sources add " + otherURL + "` looks for one"
	default:
		return nil, text
	}
	if s.Kind == "" {
		s.Kind = harvest.KindFeed
	}
	if text == "" {
		text = link.Host(s.URL)
	}
	s.Name = plain.Cut(text, maxName)
	return o, s.Name
}
