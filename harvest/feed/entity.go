package feed

import (
	"bytes"

	"wiredesk/harvest/pattern"
)

// The limits of entities that a feed declares: those of real feeds are a word or a URL, and none
// is worth an expansion that grows.
const (
	maxEntityValue = 256 // bytes
	maxEntityKinds = 256
	maxExpansion   = 1 << 20 // bytes that all uses in one parse of a feed may add
)

var (
	entityDecl = pattern.New(`<!ENTITY\s+([A-Za-z_][\w.-]*)\s+(?:"([^"&%<]*)"|'([^'&%<]*)')\s*>`)
	entityRef  = pattern.New(`&([A-Za-z_][\w.-]*);`)
)

// entities are the entities that the internal subset of a document type declares, as far as they
// are plain text. Others, and all that name something outside, stay unknown.
func entities(prolog []byte) map[string][]byte {
	if !bytes.Contains(prolog, []byte("<!ENTITY")) {
		return nil
	}
	all := map[string][]byte{}
	for _, m := range entityDecl().FindAllSubmatch(prolog, maxEntityKinds) {
		v := append(bytes.Clone(m[2]), m[3]...)
		switch name := string(m[1]); name {
		case "amp", "lt", "gt", "quot", "apos":
		default:
			if _, again := all[name]; !again && len(v) <= maxEntityValue {
				all[name] = v
			}
		}
	}
	return all
}

// expand replaces the references to a document's own entities.
func (p *run) expand(raw []byte) []byte {
	if len(p.entities) == 0 || bytes.IndexByte(raw, '&') < 0 {
		return raw
	}
	return entityRef().ReplaceAllFunc(raw, func(ref []byte) []byte {
		v, ok := p.entities[string(ref[1:len(ref)-1])]
		if !ok || p.expanded > maxExpansion {
			return ref
		}
		p.expanded += len(v)
		return v
	})
}
