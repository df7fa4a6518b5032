package maillist

import (
	"slices"
	"strings"
	"testing"
)

func text(t *testing.T, headers, body string) Message {
	t.Helper()
	all := parse(t, single("From: a@example.org\nMessage-ID: <a@x>\n"+headers, body))
	return all[0]
}

func TestBodiesInEveryEncoding(t *testing.T) {
	for _, c := range []struct{ name, headers, body, want string }{
		{"UTF-8, undeclared", "X: y", "Grüße – from the reef", "Grüße – from the reef"},
		{"Latin-1, undeclared", "X: y", "Gr\xfc\xdfe from the reef", "Grüße from the reef"},
		{"Latin-1, as UTF-8", "Content-Type: text/plain; charset=utf-8", "Gr\xfc\xdfe", "Grüße"},
		{"Latin-1", "Content-Type: text/plain; charset=ISO-8859-1", "Gr\xfc\xdfe \x96 really", "Grüße – really"},
		{"KOI8-R", "Content-Type: text/plain; charset=koi8-r", "\xf0\xd2\xc9\xd7\xc5\xd4", "Привет"},
		{"an unknown charset", "Content-Type: text/plain; charset=x-never-heard", "Gr\xfc\xdfe", "Grüße"},
		{"a charset that cannot be read", "Content-Type: text/plain; charset=\"utf-8; format=flowed", "Grüße", "Grüße"},
		{"quoted-printable", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable", "Gr=C3=BC=C3=9Fe from=\n the reef =3D)", "Grüße from the reef =)"},
		{"base64", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64", "R3LDvMOfZSBmcm9tIHRo\nZSByZWVm\n", "Grüße from the reef"},
		{"an unknown encoding", "Content-Transfer-Encoding: eightbit", "Hello", "Hello"},
		{"a few bad bytes", "Content-Type: text/plain; charset=utf-8", "Größe größer am größten \xff", "Größe größer am größten \ufffd"},
		{"HTML only", "Content-Type: text/html; charset=utf-8", "<p>Gr&uuml;&szlig;e</p><script>x</script><p>from the <b>reef</b></p>", "Grüße\n\nfrom the reef"},
		{"enriched", "Content-Type: text/enriched", "<bold>Hello</bold> there", "Hello there"},
		{"flowed", "Content-Type: text/plain; format=flowed", "The pump \nruns on and \non.\n\n-- \nAda", "The pump runs on and on."},
		{"no body", "X: y", "", ""},
		{"escapes and controls", "X: y", "a\x1b]0;t\x07b\x00c \u202ed", "abc d"},
	} {
		if m := text(t, c.headers, c.body); m.Text != c.want || m.Err != "" {
			t.Errorf("%s: %q, error %q", c.name, m.Text, m.Err)
		}
	}
}

func TestBase64ThatBreaksOffKeepsItsBeginning(t *testing.T) {
	m := text(t, "Content-Transfer-Encoding: base64", "SGVsbG8gZnJvbSB0aGUgcmVlZi4K\n_______\nReef mailing list\n")
	if m.Text != "Hello from the reef." || m.Err == "" {
		t.Errorf("%q, error %q", m.Text, m.Err)
	}
}

func multipart(kind string, parts ...string) (headers, body string) {
	return "MIME-Version: 1.0\nContent-Type: multipart/" + kind + `; boundary="=_b"`, "preamble\n--=_b\n" + strings.Join(parts, "\n--=_b\n") + "\n--=_b--\n"
}

func TestTheTextOfAMultipartMail(t *testing.T) {
	plain, html := "Content-Type: text/plain; charset=utf-8\n\nThe words.", "Content-Type: text/html; charset=utf-8\n\n<p>The words, in HTML.</p>"
	patch := "Content-Type: text/x-patch; name=reef.patch\nContent-Disposition: attachment; filename=reef.patch\n\n--- a/x\n+++ b/x\n"
	for _, c := range []struct {
		name, kind string
		parts      []string
		want       string
	}{
		{"text, then HTML", "alternative", []string{plain, html}, "The words."},
		{"HTML, then text", "alternative", []string{html, plain}, "The words."},
		{"HTML only", "alternative", []string{html}, "The words, in HTML."},
		{"an empty text and HTML", "alternative", []string{"Content-Type: text/plain\n\n \n", html}, "The words, in HTML."},
		{"a patch attached", "mixed", []string{plain, patch}, "The words."},
		{"a text attached before", "mixed", []string{"Content-Type: text/plain\nContent-Disposition: attachment\n\nlog", plain}, "The words."},
		{"a part without a type", "mixed", []string{"\nThe words."}, "The words."},
		{"one within another", "mixed", []string{"Content-Type: multipart/alternative; boundary=c\n\n--c\n" + plain + "\n--c--", patch}, "The words."},
		{"an attachment only", "mixed", []string{patch}, ""},
	} {
		headers, body := multipart(c.kind, c.parts...)
		if m := text(t, headers, body); m.Text != c.want && !(c.want == "" && !strings.Contains(m.Text, "+++")) {
			t.Errorf("%s: %q, error %q", c.name, m.Text, m.Err)
		}
	}
	headers, body := multipart("mixed", plain)
	if m := text(t, headers, body[:strings.Index(body, "\n--=_b--")]); m.Text != "The words." {
		t.Errorf("without its last border: %q, error %q", m.Text, m.Err)
	}
	if m := text(t, strings.Replace(headers, "=_b", "=_other", 1), body); !strings.Contains(m.Text, "The words.") {
		t.Errorf("with a border that is never met: %q, error %q", m.Text, m.Err)
	}
}

func TestProseIsWhatTheWriterSays(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"quoted lines", "> old\n>> older\n> \n\nNew.\n\n > indented\n\nMore.", "New.\n\nMore."},
		{"initials before the mark", "AK> old\nNew.", "New."},
		{"one line leads in", "On Monday 16 November, Ada wrote:\n> old\n\nNew.", "New."},
		{"it is wrapped", "Hello,\n\nOn Mon, Nov 16, 2026 at 12:00 PM Ada Keel via Reef <\nreef@lists.example.org> wrote:\n\n> old\n\nNew.", "Hello,\n\nNew."},
		{"it is wrapped twice", "On Mon, Nov 16,\n2026 at 12:00 PM Ada Keel\n<ada@example.org> wrote:\n> old\n\nNew.", "New."},
		{"in other tongues", "Am 16.11.2026 um 12:00 schrieb Ada Keel:\n> alt\n\nNeu.", "Neu."},
		{"an address leads in", "Yes.\n\n2026-11-16 12:00 GMT+02:00 Ada Keel <ada@example.org>:\n\n> old", "Yes."},
		{"a day and an address lead in", "Yes.\n\n2026/11/16 Ada Keel <ada at example.org>\n\n> old", "Yes."},
		{"a link is no sign", "On 16 November we wrote it up:\n\nsee <https://x.example/a>\n\nBye", "On 16 November we wrote it up:\n\nsee <https://x.example/a>\n\nBye"},
		{"nothing is quoted", "As the manual wrote:\n\nKeep it dry.", "As the manual wrote:\n\nKeep it dry."},
		{"signature", "New.\n\n-- \nAda Keel\nReef", "New."},
		{"signature without its space", "New.\n\n--\nAda Keel", "New."},
		{"patch", "New.\n\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n", "New."},
		{"trailers", "New.\n\nFixes: 0123456789ab (\"reef\")\nSigned-off-by: Ada Keel <ada@example.org>\n---\n x.c | 2 +-\n", "New."},
		{"footer of Mailman", "New.\n_______________________________________________\nReef mailing list\n", "New."},
		{"footer with a rule", "New.\n\n---------------------------------------------------------------------\nTo unsubscribe, e-mail: reef-unsubscribe@lists.example.org\n", "New."},
		{"a copy of the mail", "New.\n\n-----Original Message-----\nFrom: Ada\nSent: Monday\nold", "New."},
		{"a copy without a rule", "New.\n\nFrom: Ada Keel <ada@example.org>\nSent: Monday, 16 November 2026\nTo: Bo\nSubject: Pumps\n\nold", "New."},
		{"a copy from abroad", "New.\n\n-------- Oorspronkelijk bericht --------Van: Ada Keel\nDatum: 16-11-26\n\nold", "New."},
		{"a forwarded copy", "New.\n\n---------- Forwarded message ----------\nold", "New."},
		{"a copy whose header is wrapped", "New.\n\nFrom: Reef [mailto:reef@lists.example.org] On Behalf Of\nAda Keel\nSent: Monday\nold", "New."},
		{"a heading in dashes", "Before.\n\n------ Changes since v1 ------\n\nAfter.", "Before.\n\n------ Changes since v1 ------\n\nAfter."},
		{"the date comes last", "Bo Reed wrote on 2026-11-16 21:35:\n\n> old\n\nNew.", "New."},
		{"a footer of several lines", "New.\n\n------\nThe forum of the reef.\nSee https://reef.example.org/.\nTo unsubscribe, e-mail: x@example.org\n", "New."},
		{"signed", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nNew.\n-----BEGIN PGP SIGNATURE-----\nabc\n", "New."},
		{"CRLF", "> old\r\nNew\r\nline.\r\n\r\nMore.\r\n-- \r\nAda\r\n", "New line.\n\nMore."},
		{"all of it quoted", "> old\n> older\n", ""},
	} {
		if m := text(t, "X: y", c.body); m.Text != c.want {
			t.Errorf("%s: %q, want %q", c.name, m.Text, c.want)
		}
	}
}

func TestQuotesAreParagraphsOfProse(t *testing.T) {
	long := "This board has now been running for a month without a restart, and nobody has missed the old one at all."
	m := text(t, "X: y", "Hello,\n\n"+long+"\n\n> "+long+"\n\n0x00 | 0x01 | 0x02 | 0x03 | 0x04 | 0x05 | 0x06 | 0x07 | 0x08 | 0x09 | 0x0a | 0x0b\n\nBye")
	if !slices.Equal(m.Quotes, []string{long}) {
		t.Errorf("got %q", m.Quotes)
	}
}

func TestLinksOfTheProse(t *testing.T) {
	m := text(t, "X: y", "See <https://x.example/a>, (https://x.example/b?utm_source=c) and https://x.example/a.\n> https://x.example/quoted\n")
	if want := []string{"https://x.example/a", "https://x.example/b"}; !slices.Equal(m.Links, want) {
		t.Errorf("got %q", m.Links)
	}
}

func TestArchivedAtIsTheURL(t *testing.T) {
	if m := text(t, "Archived-At: <https://lists.example.org/reef/a@x/>", "x"); m.URL != "https://lists.example.org/reef/a@x/" {
		t.Errorf("got %q", m.URL)
	}
	if m := text(t, "Archived-At: \n <https://lists.example.org/reef/b@x/>", "x"); m.URL != "https://lists.example.org/reef/b@x/" {
		t.Errorf("on its second line: %q", m.URL)
	}
	if m := text(t, "Archived-At: <javascript:alert(1)>", "x"); m.URL != source+"#a%40x" {
		t.Errorf("got %q", m.URL)
	}
}

func TestALongMessageKeepsItsBeginning(t *testing.T) {
	all, warnings, err := Parse([]byte(mailOf("a", "", "begin\n\n"+strings.Repeat("long line of words\n", maxMessage/18))+mailOf("b", "", "two")), source)
	if err != nil || len(all) != 2 || !strings.HasPrefix(all[0].Text, "begin") || len(warnings) != 1 || all[1].Text != "two" {
		t.Errorf("%d messages, %q, %v", len(all), warnings, err)
	}
}

func TestWhatOthersSaidFirstIsNoQuote(t *testing.T) {
	said := "This board has now been running for a month without a restart, and nobody has missed the old one at all."
	mine := "We have moved the last of our pumps to it today, and from now on there is no other board in the house at all."
	bo := strings.Replace(mailOf("b", "In-Reply-To: <a@x>", "", "Le 16 nov. 2026 12:00, Ada Keel a écrit :\n\n"+said+"\n\n"+mine), "From: Ada Keel", "From: Bo Reed", 1)
	all := parse(t, strings.Replace(bo, "12:00:00 +0000", "13:00:00 +0000", 1)+mailOf("a", "", said))
	if !slices.Equal(all[0].Quotes, []string{mine}) || !slices.Equal(all[1].Quotes, []string{said}) {
		t.Errorf("got %q and %q", all[0].Quotes, all[1].Quotes)
	}
}

func TestCodeIsNoQuote(t *testing.T) {
	trace := "Caused by: an exception\n" + strings.Repeat("    at org.example.reef.Pump.start (Pump.java:16)\n", 9)
	if m := text(t, "X: y", trace); len(m.Quotes) != 0 {
		t.Errorf("got %q", m.Quotes)
	}
}
