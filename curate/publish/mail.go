package publish

import (
	"bytes"
	"fmt"
	"net/mail"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// inline are the styles of the mail: mail programs drop style sheets. They are put into the tags
// after sanitising, when all tags without attributes are ours.
var inline = strings.NewReplacer(
	"<h1>", `<h1 style="font:bold 24px/1.25 sans-serif;margin:0 0 16px">`,
	"<h2>", `<h2 style="font:bold 20px/1.25 sans-serif;margin:32px 0 8px">`,
	"<h3>", `<h3 style="font:bold 17px/1.25 sans-serif;margin:28px 0 8px">`,
	"<h4>", `<h4 style="font:bold 15px/1.25 sans-serif;margin:24px 0 8px;color:#5d6067">`,
	"<p>", `<p style="margin:0 0 14px">`,
	"<ul>", `<ul style="margin:0 0 14px;padding-left:20px">`,
	"<blockquote>", `<blockquote style="margin:0 0 14px;padding-left:16px;border-left:3px solid #d9d5cc;color:#5d6067">`,
	"<a ", `<a style="color:#0b57a4" `,
	"<img ", `<img style="max-width:100%;height:auto" `,
)

// Mail is the issue as a message (RFC 5322) with the text as it was written and the same as HTML
// (multipart/alternative, RFC 2046). Its Message-ID is that of the issue, so that a mail program
// knows a second copy.
func (i Issue) Mail() ([]byte, error) {
	heading := i.Heading()
	html, err := body(i.File, heading)
	if err != nil {
		return nil, err
	}
	id := strings.TrimPrefix(i.id("mail "+i.Week), "urn:uuid:")
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary(id))
	domain := "wiredesk.invalid" // RFC 2606: nobody's
	if i.From != "" {
		from, err := mail.ParseAddress(i.From)
		if err != nil {
			return nil, fmt.Errorf("newsletter.mail.from: %q is no address: %w", i.From, err)
		}
		m.FromMailAddress(from)
		_, domain, _ = strings.Cut(from.Address, "@")
	}
	if i.To != "" {
		if err := m.ToFromString(i.To); err != nil {
			return nil, fmt.Errorf("newsletter.mail.to: %q: %w", i.To, err)
		}
	}
	m.Subject(heading)
	m.SetDateWithValue(i.Date)
	m.SetMessageIDWithValue(i.Week + "." + id[:8] + "@" + domain)
	text := i.text()
	if !strings.HasPrefix(text, "# ") {
		text = heading + "\n\n" + text
	}
	m.SetBodyString(gomail.TypeTextPlain, text)
	m.AddAlternativeString(gomail.TypeTextHTML, `<!doctype html><html lang="en"><body style="margin:0;padding:16px;font:16px/1.55 Georgia,serif;color:#1c1d1f;background:#ffffff"><div style="max-width:640px;margin:0 auto">`+
		"\n"+inline.Replace(html)+"</div></body></html>\n")
	var out bytes.Buffer
	if _, err := m.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("write the mail: %w", err)
	}
	return out.Bytes(), nil
}
