package issue

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"wiredesk/store/plain"
)

// Text from outside is written into markdown so that it stays text. Escaping all ASCII punctuation
// always does that, and always hurts the editor who has to work in the file; so the lightest
// escaping is taken that provably does it too: the line is parsed, as CommonMark and with every
// extension that renderers turn on, and must come out as the plain words that went in.

// readers parse a document as the strictest and as the most generous renderer would.
var readers = []goldmark.Markdown{
	goldmark.New(goldmark.WithRendererOptions(html.WithUnsafe())),
	goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList), goldmark.WithRendererOptions(html.WithUnsafe())),
}

// becomes reports that a markdown document is rendered as exactly this HTML by all readers.
func becomes(markdown, want string) bool {
	for _, r := range readers {
		var out bytes.Buffer
		if r.Convert([]byte(markdown), &out) != nil || strings.TrimSuffix(out.String(), "\n") != want {
			return false
		}
	}
	return true
}

// rendered is what a document becomes between before and after; "" where it becomes something else.
func rendered(markdown, before, after string) string {
	var out bytes.Buffer
	if readers[1].Convert([]byte(markdown), &out) != nil {
		return ""
	}
	inner, ok := strings.CutPrefix(strings.TrimSuffix(out.String(), "\n"), before)
	inner, ok2 := strings.CutSuffix(inner, after)
	if !ok || !ok2 {
		return ""
	}
	return inner
}

func escapeHTML(s string) string { return string(util.EscapeHTML([]byte(s))) }

// escapings, from the lightest to the one that escapes everything that can be escaped. All take
// the marks of templates and of markdown that the readers above do not know.
var escapings = []func(string) string{
	escaper("\\`[]<>{}|~$"),
	escaper("\\`[]<>{}|~$*_#"),
	escaper("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
}

func escaper(chars string) func(string) string {
	return func(s string) string {
		var b strings.Builder
		for _, r := range s {
			if r < 0x80 && strings.ContainsRune(chars, r) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		}
		return b.String()
	}
}

// bare is the last resort: words without any punctuation.
func bare(s string) string {
	return plain.Line(strings.Map(func(r rune) rune {
		if r < 0x80 && !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return ' '
		}
		return r
	}, s))
}

// inline escapes one clean line for a place: prefix stands before it in the document, and it must
// be rendered between before and after.
func inline(s, prefix, before, after string) string {
	s = plain.Line(s)
	if s == "" {
		return ""
	}
	for _, escape := range escapings {
		if e := escape(s); becomes(prefix+e, before+escapeHTML(s)+after) {
			return e
		}
	}
	return bare(s)
}

// heading escapes text for a heading of a story.
func heading(s string) string { return inline(s, "### ", "<h3>", "</h3>") }

// bullet escapes text for an item of a list.
func bullet(s string) string { return inline(s, "* ", "<ul>\n<li>", "</li>\n</ul>") }

// sentence escapes text for a line of prose.
func sentence(s string) string { return inline(s, "", "<p>", "</p>") }

// bareURL writes a URL for a bullet: as it is where every reader leaves it whole, else in angle
// brackets.
func bareURL(u string) string {
	var strict, generous bytes.Buffer
	doc := []byte("* " + u)
	if readers[0].Convert(doc, &strict) == nil && readers[1].Convert(doc, &generous) == nil {
		shown := escapeHTML(u)
		if strict.String() == "<ul>\n<li>"+shown+"</li>\n</ul>\n" &&
			generous.String() == "<ul>\n<li><a href=\""+shown+"\">"+shown+"</a></li>\n</ul>\n" {
			return u
		}
	}
	return "<" + strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20", "\\", "%5C", "`", "%60").Replace(u) + ">"
}

// blockquote lays words out as a quoted block, wrapped at width, every line with its ">".
func blockquote(s string, width int) string {
	s = plain.Line(s)
	if s == "" {
		return ""
	}
	lay := func(e string) string { return "> " + strings.Join(wrapLines(e, width-2), "\n> ") }
	for _, escape := range escapings {
		block := lay(escape(s))
		if rendersWords(block, s) {
			return block
		}
	}
	return lay(bare(s))
}

// rendersWords reports that a block is one quoted paragraph with just these words.
func rendersWords(block, words string) bool {
	for _, r := range readers {
		var out bytes.Buffer
		if r.Convert([]byte(block), &out) != nil ||
			strings.ReplaceAll(strings.TrimSuffix(out.String(), "\n"), "\n", " ") != "<blockquote> <p>"+escapeHTML(words)+"</p> </blockquote>" {
			return false
		}
	}
	return true
}

// startsBlock is what begins a block when it stands first in a line.
var startsBlock = regexp.MustCompile(`^(?:[-+*>#=|:~_]|\d{1,9}[.)])`)

// wrapLines breaks text at its spaces into lines of at most width runes where that is possible. A
// word that would begin a block at the start of a line is escaped there.
func wrapLines(s string, width int) []string {
	var lines []string
	var line strings.Builder
	length := 0
	for _, w := range tokens(s) {
		n := len([]rune(w))
		if length > 0 && width > 0 && length+1+n > width {
			lines = append(lines, line.String())
			line.Reset()
			length = 0
		}
		if length > 0 {
			line.WriteByte(' ')
			length++
		} else if m := startsBlock.FindString(w); m != "" {
			w = w[:len(m)-1] + `\` + w[len(m)-1:]
			n++
		}
		line.WriteString(w)
		length += n
	}
	if length > 0 {
		lines = append(lines, line.String())
	}
	return lines
}

var unbreakable = regexp.MustCompile("`[^`]*`|!?\\[(?:[^\\[\\]]|\\[[^\\]]*\\])*\\](?:\\([^)]*\\)|\\[[^\\]]*\\])?|<[^>]*>")

// tokens are the words of a text; links, code and tags stay whole.
func tokens(s string) []string {
	const space = "\x00"
	s = unbreakable.ReplaceAllStringFunc(s, func(m string) string { return strings.ReplaceAll(m, " ", space) })
	out := strings.Fields(s)
	for i := range out {
		out[i] = strings.ReplaceAll(out[i], space, " ")
	}
	return out
}

// prose lays the editor's own markdown out: paragraphs that he wrote in one long line are
// wrapped, everything else stays as he wrote it.
func prose(s string, width int) string {
	s = strings.Trim(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	paragraphs := strings.Split(s, "\n\n")
	fenced := false // a fence of code was opened and not closed: blank lines end nothing in it
	for i, p := range paragraphs {
		inside := fenced
		for line := range strings.SplitSeq(p, "\n") {
			line = strings.TrimLeft(line, " >")
			if strings.HasPrefix(line, "```") || strings.HasPrefix(line, "~~~") {
				fenced = !fenced
			}
		}
		if width <= 0 || inside || strings.Contains(p, "\n") || len([]rune(p)) <= width || startsBlock.MatchString(p) || strings.HasPrefix(p, "    ") || strings.HasPrefix(p, "\t") {
			continue
		}
		wrapped := strings.Join(wrapLines(p, width), "\n")
		if sameWords(p, wrapped) {
			paragraphs[i] = wrapped
		}
	}
	return strings.TrimRight(strings.Join(paragraphs, "\n\n"), " \n")
}

// sameWords reports that wrapping changed nothing that a reader sees.
func sameWords(a, b string) bool {
	for _, r := range readers {
		var x, y bytes.Buffer
		if r.Convert([]byte(a), &x) != nil || r.Convert([]byte(b), &y) != nil || strings.ReplaceAll(x.String(), "\n", " ") != strings.ReplaceAll(y.String(), "\n", " ") {
			return false
		}
	}
	return true
}

// ownHeading takes a headline that the editor wrote, markdown and all, unless it holds what no
// heading of a newsletter holds: raw HTML, images, links of its own, or more than one line.
func ownHeading(s string) string {
	s = plain.Line(s)
	src := []byte("### " + s)
	doc := readers[1].Parser().Parse(text.NewReader(src))
	fine := doc.ChildCount() == 1 && doc.FirstChild().Kind() == ast.KindHeading && !strings.Contains(s, "{{") && !strings.Contains(s, "{%")
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n.Kind() {
		case ast.KindRawHTML, ast.KindHTMLBlock, ast.KindImage, ast.KindLink, ast.KindAutoLink:
			fine = false
		}
		return ast.WalkContinue, nil
	})
	if fine {
		return s
	}
	return heading(s)
}
