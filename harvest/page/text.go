package page

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/store/plain"
)

// skipped elements hold nothing that a person reads.
var skipped = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Svg: true, atom.Math: true,
	atom.Iframe: true, atom.Object: true, atom.Embed: true, atom.Head: true, atom.Textarea: true, atom.Select: true,
	atom.Button: true, atom.Canvas: true, atom.Audio: true, atom.Video: true,
}

// blocks are the elements that begin and end a paragraph.
var blocks = map[atom.Atom]bool{
	atom.Address: true, atom.Article: true, atom.Aside: true, atom.Blockquote: true, atom.Body: true, atom.Caption: true, atom.Center: true,
	atom.Dd: true, atom.Details: true, atom.Dialog: true, atom.Div: true, atom.Dl: true, atom.Dt: true, atom.Fieldset: true,
	atom.Figcaption: true, atom.Figure: true, atom.Footer: true, atom.Form: true, atom.H1: true, atom.H2: true, atom.H3: true,
	atom.H4: true, atom.H5: true, atom.H6: true, atom.Header: true, atom.Hr: true, atom.Html: true, atom.Li: true, atom.Main: true,
	atom.Nav: true, atom.Ol: true, atom.P: true, atom.Pre: true, atom.Section: true, atom.Summary: true, atom.Table: true,
	atom.Tbody: true, atom.Td: true, atom.Tfoot: true, atom.Th: true, atom.Thead: true, atom.Tr: true, atom.Ul: true, atom.Title: true,
}

// inline are the elements that a title may really contain. Other tags in a title are words of it:
// "The <video> element", "Result<T, E>".
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Big: true, atom.Br: true, atom.Cite: true, atom.Code: true, atom.Del: true,
	atom.Div: true, atom.Em: true, atom.Font: true, atom.I: true, atom.Img: true, atom.Ins: true, atom.Kbd: true, atom.Mark: true,
	atom.P: true, atom.Q: true, atom.S: true, atom.Samp: true, atom.Small: true, atom.Span: true, atom.Strike: true,
	atom.Strong: true, atom.Sub: true, atom.Sup: true, atom.Tt: true, atom.U: true, atom.Var: true, atom.Wbr: true,
}

// Text returns what a person reads of a piece of HTML, as clean paragraphs parted by a blank
// line. The piece may be broken; nothing of it is kept as markup.
func Text(fragment string) string {
	if strings.IndexByte(fragment, '<') < 0 {
		if strings.IndexByte(fragment, '&') < 0 {
			return plain.Text(fragment)
		}
		return plain.Text(html.UnescapeString(oneLine(fragment)))
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(fragment))
	z.SetMaxBuf(PartLimit)
	var skip atom.Atom // inside this element
	pre := 0
	ends := map[atom.Atom]int{}
	for read := 0; ; {
		t := z.Next()
		read += len(z.Raw())
		switch t {
		case html.ErrorToken:
			return plain.Text(b.String())
		case html.TextToken:
			if skip == 0 {
				text := string(z.Raw())
				if pre == 0 {
					text = oneLine(text)
				}
				b.WriteString(html.UnescapeString(text))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			a := atom.Lookup(name)
			skips := skipped[a] && a != atom.Head && a != atom.Embed && t == html.StartTagToken
			if skips && skip == 0 && a != atom.Script && a != atom.Style { // without its end it hides nothing
				if _, ok := ends[a]; !ok {
					ends[a] = lastEnd(fragment, a)
				}
				skips = read <= ends[a]
			}
			if !skips {
				z.NextIsNotRawText() // what follows <title> or <iframe/> is markup as elsewhere
			}
			switch {
			case skip != 0:
			case skips:
				skip = a
			case a == atom.Br:
				b.WriteByte('\n')
			case blocks[a]:
				b.WriteString("\n\n")
			}
			if a == atom.Pre && skip == 0 {
				pre++
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			a := atom.Lookup(name)
			switch {
			case skip != 0 && a == skip:
				skip = 0
			case skip == 0 && blocks[a]:
				b.WriteString("\n\n")
			}
			if a == atom.Pre && skip == 0 {
				pre = max(pre-1, 0)
			}
		}
	}
}

// oneLine makes spaces of the white space in the source of a text: an empty line there ends no
// paragraph.
func oneLine(source string) string {
	if !strings.ContainsAny(source, "\t\n\f\r") {
		return source
	}
	return strings.Map(func(r rune) rune {
		if isSpace(r) {
			return ' '
		}
		return r
	}, source)
}

// PartLimit is how many bytes of one tag or text run are taken: nothing that a person reads is
// longer.
const PartLimit = 1 << 20

// Line returns a piece of HTML, such as the title of an entry, as one clean line. Formatting
// goes; tags that no title is formatted with are words of it, and stay.
func Line(fragment string) string {
	if !strings.ContainsAny(fragment, "<&") {
		return plain.Line(fragment)
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(fragment))
	z.SetMaxBuf(PartLimit)
	skip := false
	ends := map[atom.Atom]int{}
	for read := 0; ; {
		t := z.Next()
		raw := string(z.Raw())
		read += len(raw)
		switch t {
		case html.ErrorToken:
			if !skip && len(raw) < 200 && raw != "" && !inline[tagName(raw)] {
				b.WriteString(html.UnescapeString(raw)) // "x<y" began no tag
			}
			return plain.Line(b.String())
		case html.TextToken:
			if !skip {
				b.WriteString(html.UnescapeString(raw))
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			a := tagName(raw)
			if a == atom.Script || a == atom.Style {
				// Without its end it is a word: "The <script> element".
				if t == html.EndTagToken && skip {
					skip = false
					continue
				}
				if _, ok := ends[a]; !ok {
					ends[a] = lastEnd(fragment, a)
				}
				if t == html.StartTagToken && read <= ends[a] {
					skip = true
					continue
				}
			}
			z.NextIsNotRawText() // nor is "The <title> element" another
			switch {
			case skip:
			case a == atom.Br || blocks[a] && inline[a]:
				b.WriteByte(' ')
			case !inline[a]:
				b.WriteString(html.UnescapeString(raw))
			}
		}
	}
}

// tagName is the name in a tag, as an atom.
func tagName(tag string) atom.Atom {
	tag = strings.TrimLeft(tag, "</")
	if i := strings.IndexAny(tag, " \t\n\r\f/>"); i >= 0 {
		tag = tag[:i]
	}
	return atom.Lookup([]byte(strings.ToLower(tag)))
}

// lastEnd is where the last end tag of an element stands, or -1.
func lastEnd(fragment string, a atom.Atom) int {
	for i := len(fragment); ; {
		if i = strings.LastIndex(fragment[:i], "</"); i < 0 || tagName(fragment[i:min(len(fragment), i+20)]) == a {
			return i
		}
	}
}

func isSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' }
