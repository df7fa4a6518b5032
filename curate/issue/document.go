package issue

import (
	"bytes"
	"sort"
	"strings"

	"github.com/yuin/goldmark/ast"

	"wiredesk/store"
)

// Document is the file of an issue, whole: every byte belongs to one block, every block to one
// part, and Bytes gives the file back as it was read. Nothing changes a Document; Apply makes a
// new one, in which all bytes outside the edits are the same.
//
// Read what is in it from Parts; change it by the edits that Rename, AppendLink and the others
// return:
//
//	doc := issue.Parse(file)
//	for i, p := range doc.Parts { ... }
//	doc, err = doc.Apply(doc.Rename(3, "A better headline"), doc.AppendLink(3, "https://…"))
//	os.WriteFile(path, doc.Bytes(), 0o644)
type Document struct {
	FrontMatter FrontMatter
	Blocks      []Block // tile the file
	Parts       []Part  // tile the file behind the front matter
	Definitions []Definition
	Undefined   []Undefined

	src   []byte
	lines []int // where each line begins
}

// Span is a piece of a file: bytes from Start up to End.
type Span struct{ Start, End int }

// Empty reports that a span holds no byte.
func (s Span) Empty() bool { return s.Start == s.End }

// BlockKind says what a block is.
type BlockKind string

// The kinds of blocks, as in CommonMark. A blank block stands only in a file without text.
const (
	FrontMatterBlock BlockKind = "front matter"
	HeadingBlock     BlockKind = "heading"
	ParagraphBlock   BlockKind = "paragraph"
	QuoteBlock       BlockKind = "quote"
	ListBlock        BlockKind = "list"
	CodeBlock        BlockKind = "code"
	HTMLBlock        BlockKind = "html"
	RuleBlock        BlockKind = "rule"
	DefinitionBlock  BlockKind = "definition" // of a reference link
	BlankBlock       BlockKind = "blank"
)

// Block is a block of the file at its top level.
type Block struct {
	Kind BlockKind
	Span Span // with the blank lines behind it, and those at the head of the file
	Text Span // without them, with its last line ending
	Line int  // of its text, from 1

	node ast.Node
}

// Part is a part of an issue: the header with the introduction, the contents list, a section, a
// story and so on. A heading inside of a story ("####") does not begin a part.
type Part struct {
	Kind        store.PartKind
	Span        Span
	Line        int          // from 1
	Level       int          // of the heading, 1 to 6; 0: there is none, or it stands in bold
	Heading     string       // markdown as written, on one line; empty: none
	Plain       string       // the heading as plain text
	HeadingSpan Span         // of its words, less the marks; empty where there is no heading
	Credit      store.Credit // "(via Person, Org)" at the end of the heading
	Section     int          // index of the section part that it stands in; -1: none
	Blocks      []Block      // with the heading
	List        List         // its link list, or list of contents
	Links       []DocLink    // all links, in order
	Quotes      []DocQuote
	Images      []string // their addresses
	HTML        []Raw
}

// List is the list of links at the end of a story, or of a contents list.
type List struct {
	Block  int    // index into the part's Blocks; -1: there is none
	Marker string // "*", "-" or "+"; empty for contents in running text
	Items  []Item
}

// Item is an item of a List.
type Item struct {
	Span  Span   // the item with its marker and line ending
	Text  Span   // markdown, less marker and indentation of its first line
	Plain string // plain text
	Line  int
}

// DocLink is a link as it stands in the file.
type DocLink struct {
	Item      int    // of the part's list, from 1; 0: it stands in the prose
	URL       string // as written
	Label     string // plain text; empty for a bare URL
	Site      string // "Site" of "[Title, Site]" or of "[Title](url), Site"; "Twitter" of "[Person, Twitter]"
	Note      string // what else its item says, plain text
	Reference string // label of the definition that it uses; empty: the URL stands in the link itself
	Span      Span   // of the whole link
	URLSpan   Span   // of the URL, where it stands in the file
	Line      int
}

// DocQuote is a quoted block.
type DocQuote struct {
	Text    string // plain; paragraphs parted by a blank line
	LeadIn  string // the sentence before it that ends in a colon; empty: none
	Speaker string // whom the lead-in names; empty: nobody
	Span    Span
	Line    int
}

// Raw is raw HTML, a block or a tag.
type Raw struct {
	Text string
	Line int
}

// Definition is the definition of a reference link.
type Definition struct {
	Label     string
	URL       string
	Redefined bool // another one before it has the same label, and counts
	Used      bool
	Span      Span
	Line      int
}

// Undefined is a reference link that nothing defines: "[label]" is what readers see.
type Undefined struct {
	Label string
	Span  Span
	Line  int
}

// Parse reads the file of an issue. Every file can be read: what is no markdown is text.
func Parse(file []byte) *Document {
	d := &Document{src: file, lines: []int{0}}
	for i, c := range file {
		if c == '\n' && i+1 < len(file) {
			d.lines = append(d.lines, i+1)
		}
	}
	root := d.readBlocks()
	d.readDefinitions(root)
	d.readParts()
	for i := range d.Parts {
		d.readInside(&d.Parts[i])
	}
	return d
}

// Bytes returns the file, byte for byte. It must not be changed.
func (d *Document) Bytes() []byte { return d.src }

// Text returns the bytes of a span.
func (d *Document) Text(s Span) string { return string(d.src[s.Start:s.End]) }

// Line returns the number of the line, from 1, in which a byte stands.
func (d *Document) Line(offset int) int {
	return sort.SearchInts(d.lines, offset+1)
}

// Stories returns the indices of the parts that are stories.
func (d *Document) Stories() []int {
	var out []int
	for i, p := range d.Parts {
		if p.Kind == store.StoryPart {
			out = append(out, i)
		}
	}
	return out
}

// Contents returns the index of the contents list; -1: there is none.
func (d *Document) Contents() int {
	for i, p := range d.Parts {
		if p.Kind == store.ContentsPart {
			return i
		}
	}
	return -1
}

// Body returns the markdown of a part between its heading and its list, without blank lines around it.
func (d *Document) Body(part int) string {
	p := d.Parts[part]
	end := len(p.Blocks)
	if p.List.Block >= 0 {
		end = p.List.Block
	}
	return d.between(p, p.first(), end)
}

// Tail returns the markdown of a part behind its list, without blank lines around it.
func (d *Document) Tail(part int) string {
	p := d.Parts[part]
	if p.List.Block < 0 {
		return ""
	}
	return d.between(p, p.List.Block+1, len(p.Blocks))
}

// first is the index of the first block behind the heading.
func (p Part) first() int {
	if len(p.Blocks) > 0 && p.Level > 0 {
		return 1
	}
	return 0
}

func (d *Document) between(p Part, from, to int) string {
	if from >= to {
		return ""
	}
	return strings.Trim(d.Text(Span{p.Blocks[from].Text.Start, p.Blocks[to-1].Text.End}), "\r\n")
}

// newline is the line ending of the file.
func (d *Document) newline() string {
	if i := bytes.IndexByte(d.src, '\n'); i > 0 && d.src[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}
