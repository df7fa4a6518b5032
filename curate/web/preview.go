package web

import (
	"bytes"
	"fmt"
	"html/template"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"wiredesk/curate/issue"
)

// markdown renders CommonMark with tables and footnotes. Raw HTML is left out, links are only what
// may be opened, and images are links: a page of ours asks nobody for anything.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.GFM, extension.Footnote),
	goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(tame{}, 1000))),
)

// preview renders the file of an issue, less its front matter.
func preview(file string) (template.HTML, error) {
	blocks := issue.Parse([]byte(file)).Blocks
	if len(blocks) > 0 && blocks[0].Kind == issue.FrontMatterBlock {
		file = file[blocks[0].Span.End:]
	}
	return render(file)
}

// render renders markdown.
func render(text string) (template.HTML, error) {
	var b bytes.Buffer
	if err := markdown.Convert([]byte(text), &b); err != nil {
		return "", fmt.Errorf("render markdown: %w", err)
	}
	return template.HTML(b.String()), nil // goldmark escapes text, and tame left no other markup in it
}

// tame takes out of a parsed document what a page of ours must not hold.
type tame struct{}

// Transform implements parser.ASTTransformer.
func (tame) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	var raw, images, links []ast.Node
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // it returns what the function does: nil
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n.Kind() {
		case ast.KindRawHTML, ast.KindHTMLBlock:
			raw = append(raw, n)
		case ast.KindImage:
			images = append(images, n)
		case ast.KindLink, ast.KindAutoLink:
			links = append(links, n)
		}
		return ast.WalkContinue, nil
	})
	for _, n := range raw {
		n.Parent().RemoveChild(n.Parent(), n)
	}
	for _, n := range images {
		img := n.(*ast.Image)
		l := ast.NewLink()
		l.Destination = img.Destination
		l.AppendChild(l, ast.NewString([]byte("image: ")))
		for c := img.FirstChild(); c != nil; {
			next := c.NextSibling()
			l.AppendChild(l, c)
			c = next
		}
		n.Parent().ReplaceChild(n.Parent(), n, l)
		links = append(links, l)
	}
	for _, n := range links {
		var to []byte
		switch l := n.(type) {
		case *ast.Link:
			to = l.Destination
			l.Title = nil
			if !inPage(to) && !openable(string(to)) {
				l.Destination = nil
			}
		case *ast.AutoLink:
			to = l.URL(reader.Source())
			if l.AutoLinkType == ast.AutoLinkURL && !openable(string(to)) {
				n.Parent().ReplaceChild(n.Parent(), n, ast.NewString(l.Label(reader.Source())))
				continue
			}
		}
		if !inPage(to) {
			n.SetAttributeString("rel", []byte("noopener noreferrer"))
			n.SetAttributeString("target", []byte("_blank"))
		}
	}
}

// inPage reports that a link points into the page itself, as footnotes do.
func inPage(to []byte) bool { return len(to) > 0 && to[0] == '#' }
