package plain

import (
	"strings"
	"testing"
	"unicode"
)

func TestLine(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"as it is", "Arm64 images, at last", "Arm64 images, at last"},
		{"white space", "  two\t words\r\n here\u00a0now ", "two words here now"},
		{"separators", "a\u2028b\u2029c\u0085d", "a b c d"},
		{"colour", "\x1b[31mred\x1b[0m hat", "red hat"},
		{"8-bit CSI", "\u009b2Jgone", "gone"},
		{"window title", "\x1b]0;owned\x07title", "title"},
		{"clipboard", "a\x1b]52;c;ZXZpbA==\x1b\\b", "ab"},
		{"unfinished sequence", "a\x1b]0;b", "a]0;b"},
		{"overwrite", "safe\rEVIL\b\b", "safe EVIL"},
		{"bidi", "abc\u202efdp.exe", "abcfdp.exe"},
		{"zero width and tags", "a\u200bb\ufeffc\U000e0041d", "abcd"},
		{"private use", "a\ue000b", "ab"},
		{"not UTF-8", "a\xff\xfeb", "ab"},
		{"a real replacement character", "a\ufffdb", "a\ufffdb"},
		{"zalgo", "a" + strings.Repeat("\u0301", 50) + "b", "a" + strings.Repeat("\u0301", maxMarks) + "b"},
		{"other scripts", "腾讯云 ARM – Ünïcode ✓ 😀", "腾讯云 ARM – Ünïcode ✓ 😀"},
		{"NUL", "a\x00b", "ab"},
		{"nothing", "\x00\u200b \n", ""},
	} {
		if got := Line(c.in); got != c.want {
			t.Errorf("%s: Line(%q) = %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestText(t *testing.T) {
	got := Text("one\r\nline\n\n\n \t\nsecond \x1b[1mparagraph\x1b[m\n")
	if want := "one line\n\nsecond paragraph"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"short", 10, "short"},
		{"a rather long sentence", 15, "a rather long…"},
		{"ääääää", 6, "ääääää"},
		{"ääääää", 4, "äää…"},
		{"abc", 0, "…"},
	} {
		if got := Cut(c.in, c.n); got != c.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
}

func FuzzLine(f *testing.F) {
	for _, s := range []string{"", "a b", "\x1b[31mx", "\u009b1;2;3mz", "\x1b]0;t\x07u", "e\u0301\u0301\u0301\u0301", "\xff", "a\u2028b\n\nc"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		line, text := Line(s), Text(s)
		if Line(line) != line {
			t.Fatalf("Line is not idempotent: %q -> %q -> %q", s, line, Line(line))
		}
		if Text(text) != text {
			t.Fatalf("Text is not idempotent: %q -> %q -> %q", s, text, Text(text))
		}
		for _, r := range line {
			if !unicode.IsGraphic(r) || r != ' ' && unicode.IsSpace(r) {
				t.Fatalf("Line(%q) = %q still holds %U", s, line, r)
			}
		}
	})
}
