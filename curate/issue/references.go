package issue

import (
	"bytes"
	"sort"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// readDefinitions collects the definitions of reference links, says which are used and which
// come a second time, and finds the references that nothing defines.
func (d *Document) readDefinitions(root ast.Node) {
	place, used := map[string]int{}, map[string]bool{}
	use := func(ref *ast.ReferenceLink) {
		if ref != nil {
			used[util.ToLinkReference(ref.Value)] = true
		}
	}
	ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if def, ok := n.(*ast.LinkReferenceDefinition); ok && entering && def.Pos() >= 0 {
			lines := def.Lines()
			span := Span{lines.At(0).Start, lines.At(lines.Len() - 1).Stop}
			label := util.ToLinkReference(def.Label)
			first, again := place[label]
			if !again {
				place[label] = len(d.Definitions)
			}
			// The same twice harms nobody.
			again = again && d.Definitions[first].URL != string(def.Destination)
			d.Definitions = append(d.Definitions, Definition{Label: string(def.Label), URL: string(def.Destination), Redefined: again, Span: span, Line: d.Line(span.Start)})
		}
		return ast.WalkContinue, nil
	})
	ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			use(n.Reference)
		case *ast.Image:
			use(n.Reference)
		case *ast.Text:
			if prev, ok := n.PreviousSibling().(*ast.Text); !ok || !d.goesOn(prev, n) {
				d.findUndefined(n)
			}
		case *ast.Blockquote: // what stands in brackets there is the editor's word in another's
			return ast.WalkSkipChildren, nil
		case *ast.CodeSpan:
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	for i := range d.Definitions {
		def := &d.Definitions[i]
		def.Used = used[util.ToLinkReference([]byte(def.Label))] && !def.Redefined
	}
}

// definition returns the definition that begins in the block at an offset.
func (d *Document) definition(start int) *Definition {
	i := sort.Search(len(d.Definitions), func(i int) bool { return d.Definitions[i].Span.Start >= start })
	if i < len(d.Definitions) && d.Line(d.Definitions[i].Span.Start) == d.Line(start) {
		return &d.Definitions[i]
	}
	return nil
}

// urlSpan is where the URL of a definition stands.
func (def Definition) urlSpan(src []byte) Span {
	if def.URL == "" {
		return Span{}
	}
	if at := bytes.LastIndex(src[def.Span.Start:def.Span.End], []byte(def.URL)); at >= 0 {
		return Span{def.Span.Start + at, def.Span.Start + at + len(def.URL)}
	}
	return Span{}
}

// findUndefined looks for "[label]" in running text, which begins at a node and goes on in its
// neighbours. Words that an editor put into a quote ("[sic]", "[D]evelopers", "[…]") are no
// references.
func (d *Document) findUndefined(n *ast.Text) {
	start, end := n.Segment.Start, n.Segment.Stop
	for next := n.NextSibling(); next != nil; next = next.NextSibling() {
		t, ok := next.(*ast.Text)
		if !ok || !d.goesOn(next.PreviousSibling().(*ast.Text), t) {
			break
		}
		end = t.Segment.Stop
	}
	text := d.src[start:end]
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' {
			i++
			continue
		}
		if text[i] != '[' {
			continue
		}
		n := bytes.IndexAny(text[i+1:], "[]")
		if n < 0 || text[i+1+n] == '[' {
			continue
		}
		shut := i + 1 + n
		label := string(text[i+1 : shut])
		if reference(label) && !(start+shut+1 < len(d.src) && wordGoesOn(d.src[start+shut+1:])) && !(start+i > 0 && d.src[start+i-1] == '!') {
			d.Undefined = append(d.Undefined, Undefined{Label: strings.Join(strings.Fields(label), " "), Span: Span{start + i, start + shut + 1}, Line: d.Line(start + i)})
		}
		i = shut
	}
}

// goesOn reports that nothing but blanks stands between two texts.
func (d *Document) goesOn(a, b *ast.Text) bool {
	return a.Segment.Stop <= b.Segment.Start && len(bytes.TrimSpace(d.src[a.Segment.Stop:b.Segment.Start])) == 0
}

// reference reports that words in brackets were meant as a reference link.
func reference(label string) bool {
	letters := 0
	for _, r := range label {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			letters++
		}
	}
	word := strings.ToLower(strings.Trim(label, " .!?"))
	return letters >= 2 && word != "sic" && word != "snip" && !strings.HasPrefix(label, "^") && label == strings.TrimSpace(label)
}

// wordGoesOn reports that a letter or an opening bracket follows: "[D]evelopers", "[label](broken".
func wordGoesOn(rest []byte) bool {
	r := []rune(string(rest[:min(len(rest), 4)]))
	return unicode.IsLetter(r[0]) || r[0] == '('
}
