package issue

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// bareURLs are URLs in running text: up to the next blank, quotation mark or angle bracket.
var bareURLs = regexp.MustCompile("^(?:https?|ftp)://[^\\s<>\"`]+")

// documents reads issues: CommonMark, and bare URLs as links.
var documents = goldmark.New(goldmark.WithExtensions(extension.NewLinkify(extension.WithLinkifyURLRegexp(bareURLs))))

var bom = []byte("\xef\xbb\xbf")

// readBlocks cuts the file into its blocks, and returns the parsed markdown.
func (d *Document) readBlocks() ast.Node {
	start := 0
	if bytes.HasPrefix(d.src, bom) {
		start = len(bom)
	}
	d.FrontMatter = readFrontMatter(d.src, start)
	add := func(kind BlockKind, at int, n ast.Node) {
		d.Blocks = append(d.Blocks, Block{Kind: kind, Span: Span{at, at}, Text: Span{at, at}, node: n})
	}
	if !d.FrontMatter.Span.Empty() {
		add(FrontMatterBlock, start, nil)
		start = d.FrontMatter.Span.End
	}
	head := len(d.Blocks)
	// The offsets of the tree are those of the file: what stands before the markdown is blank for it.
	src := d.src
	if start > 0 {
		src = append(bytes.Repeat([]byte{' '}, start-1), '\n')
		src = append(src, d.src[start:]...)
	}
	var root ast.Node
	if plainly(src) {
		root = ast.NewDocument()
		add(ParagraphBlock, start, nil) // its bytes are all that is known of it
	} else {
		root = documents.Parser().Parse(text.NewReader(src))
	}
	last := start - 1
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Pos() < start {
			continue
		}
		at := bytes.LastIndexByte(d.src[start:n.Pos()], '\n') + 1 + start
		if at <= last {
			continue
		}
		add(kindOf(n), at, n)
		last = at
	}
	if len(d.Blocks) == head && (start < len(d.src) || head == 0 && start > 0) {
		add(BlankBlock, start, nil)
	}
	if head < len(d.Blocks) {
		d.Blocks[head].Span.Start = start
	}
	if len(d.Blocks) > 0 {
		d.Blocks[0].Span.Start = 0
	}
	for i := range d.Blocks {
		b := &d.Blocks[i]
		b.Span.End = len(d.src)
		if i+1 < len(d.Blocks) {
			b.Span.End = d.Blocks[i+1].Span.Start
		}
		b.Text.End = b.Text.Start + len(lessBlankLines(d.src[b.Text.Start:b.Span.End]))
		b.Line = d.Line(b.Text.Start)
	}
	return root
}

// kindOf names the kind of a block.
func kindOf(n ast.Node) BlockKind {
	switch n.Kind() {
	case ast.KindHeading:
		return HeadingBlock
	case ast.KindBlockquote:
		return QuoteBlock
	case ast.KindList:
		return ListBlock
	case ast.KindCodeBlock, ast.KindFencedCodeBlock:
		return CodeBlock
	case ast.KindHTMLBlock:
		return HTMLBlock
	case ast.KindThematicBreak:
		return RuleBlock
	case ast.KindLinkReferenceDefinition:
		return DefinitionBlock
	}
	return ParagraphBlock
}

// lessBlankLines cuts the blank lines off the end of a text.
func lessBlankLines(b []byte) []byte {
	end := len(bytes.TrimRight(b, " \t\r\n"))
	if i := bytes.IndexByte(b[end:], '\n'); i >= 0 {
		return b[:end+i+1]
	}
	return b
}

// What no editor writes, and what markdown is slow to read, is one paragraph of text.
const (
	maxNesting   = 100     // marks of quotes, lists or brackets in a line
	maxParagraph = 100_000 // bytes without a blank line
	maxDocument  = 16 << 20
)

// plainly reports that a file is not to be read as markdown.
func plainly(src []byte) bool {
	if len(src) > maxDocument || bytes.IndexByte(src, 0) >= 0 {
		return true
	}
	run := 0
	for line := range bytes.Lines(src) {
		if run += len(line); len(bytes.TrimSpace(line)) == 0 {
			run = 0
		}
		if run > maxParagraph {
			return true
		}
		marks, open := 0, 0
		for i, c := range line {
			switch {
			case c == '[' || c == '(':
				if open++; open > maxNesting {
					return true
				}
			case (c == ']' || c == ')') && open > 0:
				open--
			case marks >= 0 && (c == '>' || c == '*' || c == '-' || c == '+'):
				if marks++; marks > maxNesting && !rule(line) {
					return true
				}
			case marks >= 0 && c != ' ' && c != '\t' && (c < '0' || c > '9') && c != '.' && c != ')':
				marks = -1
			}
			if i > maxParagraph {
				return true
			}
		}
		if len(line)-len(bytes.TrimLeft(line, " \t")) > 20*maxNesting {
			return true
		}
	}
	return false
}

// rule reports that a line is made of one mark only.
func rule(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(bytes.Trim(line, "-")) == 0 || len(bytes.Trim(line, "*")) == 0
}

// plainText is what a reader sees of a node, on one line.
func plainText(n ast.Node, src []byte) string {
	var b strings.Builder
	ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			if n.Type() == ast.TypeBlock {
				b.WriteByte(' ')
			}
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			v := n.Segment.Value(src)
			if n.Parent().Kind() != ast.KindCodeSpan {
				v = util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(v)))
			}
			b.Write(v)
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.Label(src))
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			b.Write(n.Lines().Value(src))
		}
		return ast.WalkContinue, nil
	})
	return strings.Join(strings.Fields(b.String()), " ")
}
