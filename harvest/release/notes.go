package release

import (
	"bytes"
	"html"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"

	"wiredesk/harvest/page"
	"wiredesk/harvest/pattern"
	"wiredesk/store/plain"
)

// The limits of a release's notes: bytes that are read, and marks of emphasis or of links up to
// which they are read as markdown. Finding out which of the marks belong together takes time that
// grows with the square of their number; long notes of real projects have a few hundred.
const (
	maxNotes = 64 << 10
	maxMarks = 2000
)

// nested is a line that opens more quotes and lists, one in another, than a person would.
var nested = pattern.New(`(?m)^(?:[ \t]*(?:[-+*>]|\d{1,9}[.)])){20}`)

var markdown = goldmark.New(goldmark.WithExtensions(extension.GFM),
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(textOnly{}, 1))))

// notes is the HTML of notes in markdown (CommonMark and GitHub's additions). Of the HTML that
// stands in them only its text is kept, so that the result holds nothing but goldmark's own tags.
func notes(md string) string {
	if len(md) > maxNotes {
		md = md[:maxNotes]
	}
	if strings.Count(md, "[")+strings.Count(md, "*")+strings.Count(md, "_") > maxMarks || nested().MatchString(md) {
		return asHTML(md)
	}
	var b bytes.Buffer
	if err := markdown.Convert([]byte(md), &b); err != nil {
		return asHTML(md)
	}
	return b.String()
}

// asHTML is the HTML of a plain text.
func asHTML(s string) string {
	if s = plain.Text(s[:min(len(s), maxNotes)]); s == "" {
		return ""
	}
	return "<p>" + html.EscapeString(s) + "</p>"
}

// textOnly renders HTML inside markdown as its text.
type textOnly struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (textOnly) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindRawHTML, func(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
		return ast.WalkSkipChildren, nil // a tag; the text between two is not part of it
	})
	r.Register(ast.KindHTMLBlock, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		block := n.(*ast.HTMLBlock)
		raw := block.Lines().Value(source)
		if block.HasClosure() {
			raw = append(raw, block.ClosureLine.Value(source)...)
		}
		_, err := w.WriteString(asHTML(page.Text(string(raw))) + "\n")
		return ast.WalkContinue, err
	})
}
