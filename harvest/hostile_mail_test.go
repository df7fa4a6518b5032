package harvest_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"wiredesk/harvest"
)

// mailFaults are those of mailing lists. Most stand between two messages that must not suffer.
func mailFaults() []fault {
	const head = "From a@example.org Wed Nov 18 08:00:00 2026\nFrom: Ann Author <a@example.org>\nDate: Wed, 18 Nov 2026 08:00:00 +0000\n"
	before, after := mail("before@x", "", "arm64 before", said), mail("after@x", "", "arm64 after", said)
	// among is a mailbox with something between two good messages; it brings these titles.
	among := func(name, bad string, titles ...string) fault {
		all := slices.Concat([]string{"arm64 before"}, titles, []string{"arm64 after"})
		return fault{name: name, fresh: [3]int{len(all)}, answer: inTurn(before + bad + after), titles: all}
	}
	message := func(headers, body string) string { return head + headers + "\n" + body + "\n\n" }
	titled := func(name, subject, want string) fault {
		return among(name, message("Message-ID: <bad@x>\nSubject: "+subject+"\n", said), want)
	}
	bodied := func(name, headers, body string) fault {
		return among(name, message("Message-ID: <bad@x>\nSubject: arm64 bad\n"+headers, body), "arm64 bad")
	}
	multi := "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n"
	nested := ""
	for i := range 10000 {
		nested += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i+1, i+1)
	}
	var loop strings.Builder
	for i := range 200 {
		loop.WriteString(mail(fmt.Sprintf("loop%d@x", i), fmt.Sprintf("loop%d@x", (i+1)%200), "arm64 loop", "x"))
	}
	var spam strings.Builder
	for i := range 1000 {
		spam.WriteString(mail(fmt.Sprintf("spam%d@x", i), "", fmt.Sprintf("Cheap offer %d", i), "Buy at http://127.2/"))
	}
	all := []fault{
		among("a From line in the text", message("Message-ID: <bad@x>\nSubject: arm64 bad\n", "I say:\nFrom here on it works.\nFrom a@b on a Monday it did not.\n\nFrom all of us, thanks"), "arm64 bad"),
		among("a copied head in the text", message("Message-ID: <bad@x>\nSubject: arm64 bad\n", "> x\n\nFrom: Ann\nSubject: not a message\n\nx"), "arm64 bad"),
		{name: "no separator", fresh: [3]int{1}, answer: inTurn("From: Ann Author <a@example.org>\nSubject: arm64 alone\nMessage-ID: <alone@x>\n\n" + said), titles: []string{"arm64 alone"}},
		among("separators without messages", "From a@example.org Wed Nov 18 08:00:00 2026\n\nFrom a@example.org Wed Nov 18 08:00:00 2026\n\n"),
		bodied("a line of 10 MB", "", strings.Repeat("x", 10<<20)),
		bodied("a header of 10 MB", "X-Long: "+strings.Repeat("x", 10<<20)+"\n", said),
		bodied("100,000 headers", strings.Repeat("X-Many: x\n", 100000), said),
		bodied("10,000 parts within parts", "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b0\n", "--b0\n"+nested+said),
		bodied("10,000 parts", multi, strings.Repeat("--b\nContent-Type: text/plain\n\nx\n", 10000)+"--b--"),
		bodied("a border that is never met", multi, said),
		bodied("a border of nothing", "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"\"\n", "--\n"+said),
		titled("an encoded word of garbage", "=?utf-8?B?%%%%?= =?x-martian?Q?arm64?= =?utf-8?Z?x?=", "=?utf-8?B?%%%%?= arm64 =?utf-8?Z?x?="),
		titled("an encoded word that hides controls", "=?utf-8?Q?arm64_=1B[31m=C2=9B31m=E2=80=AEbad=0D=0AX-Evil:_1?=", "arm64 bad X-Evil: 1"),
		titled("100,000 encoded words", strings.Repeat("=?utf-8?Q?arm64?=\n ", 100000), strings.Repeat("arm64", 59)+"arm6…"),
		titled("raw 8-bit", "arm64 caf\xe9", "arm64 café"),
		titled("a subject of 64 KB", strings.Repeat("arm64 long ", 6000), strings.TrimSpace(strings.Repeat("arm64 long ", 27))+"…"),
		bodied("base64 of garbage", "Content-Transfer-Encoding: base64\n", "%%%%not base64****"),
		bodied("base64 of 6 MB", "Content-Transfer-Encoding: base64\n", base64.StdEncoding.EncodeToString([]byte(strings.Repeat("words ", 1<<20)))),
		bodied("quoted-printable of garbage", "Content-Transfer-Encoding: quoted-printable\n", "=ZZ=\n=E=C3=28=\x00"),
		bodied("a transfer encoding of nowhere", "Content-Transfer-Encoding: x-uuencode-\u009b\n", "begin 644 x\nM"),
		bodied("a charset of nowhere", "Content-Type: text/plain; charset=x-martian\n", said),
		bodied("8-bit text of no charset", "", "Caf\xe9 arm64 "+said),
		bodied("controls in the text", "", "\x1b]0;owned\x07arm64 \u202e\u009b31m "+said),
		bodied("HTML only", "Content-Type: text/html\n", `<p>arm64 <script>alert(1)</script><img src="http://127.2/pixel.gif"> works</p>`),
		bodied("a zip", "MIME-Version: 1.0\nContent-Type: application/zip; name=\"../../x.zip\"\nContent-Transfer-Encoding: base64\n", "UEsDBBQAAAAIAA=="),
		bodied("a message that lies elsewhere", "MIME-Version: 1.0\nContent-Type: message/external-body; access-type=URL; URL=\"http://127.2/\"\n", "x"),
		bodied("links to unsubscribe", "List-Unsubscribe: <http://127.2/unsubscribe>\nArchived-At: <http://{host}/article/unsubscribe>\n", "Unsubscribe at http://127.2/unsubscribe"),
		bodied("an archive address of javascript", "Archived-At: <javascript:alert(1)>\n", said),
		among("no Date", "From a@example.org Wed Nov 18 08:00:00 2026\nFrom: Ann <a@example.org>\nMessage-ID: <bad@x>\nSubject: arm64 bad\n\n"+said+"\n\n", "arm64 bad"),
		bodied("a date that is none", "Date: \u009b31m soon\n", said),
		among("no Subject", message("Message-ID: <bad@x>\n", said), "We have merged the last of the patches for arm64 today, and from now on every…"),
		among("no From", "From a@example.org Wed Nov 18 08:00:00 2026\nDate: Wed, 18 Nov 2026 08:00:00 +0000\nMessage-ID: <bad@x>\nSubject: arm64 bad\n\n"+said+"\n\n", "arm64 bad"),
		among("a forged From", strings.Replace(message("Message-ID: <bad@x>\nSubject: arm64 bad\n", said), "Ann Author <a@example.org>", "\"ed@bank.example\u202e\" \x1b[31m<a@(comment (nested \\) (deep)))example.org>", 1), "arm64 bad"),
		among("comments 10,000 deep in From", strings.Replace(message("Message-ID: <bad@x>\nSubject: arm64 bad\n", said), "Ann Author", strings.Repeat("(", 10000)+"x"+strings.Repeat(")", 10000), 1), "arm64 bad"),
		among("no Message-ID", message("Subject: arm64 bad\n", said), "arm64 bad"),
		among("two messages of one id", message("Message-ID: <bad@x>\nSubject: arm64 bad\n", said)+message("Message-ID: <bad@x>\nSubject: arm64 worse\n", "Other words."), "arm64 bad", "arm64 worse"),
		among("one message twice", strings.Repeat(message("Message-ID: <bad@x>\nSubject: arm64 bad\n", said), 2), "arm64 bad"),
		among("an id of 64 KB", message("Message-ID: <"+strings.Repeat("x", 64<<10)+"@x>\nSubject: arm64 bad\n", said), "arm64 bad"),
		among("an id of paths and controls", message("Message-ID: <../../\u009b31m\x1b/etc%2fpasswd#x?y@x>\nSubject: arm64 bad\n", said), "arm64 bad"),
		among("references of 10,000", message("Message-ID: <bad@x>\nSubject: arm64 bad\nReferences: "+strings.Repeat("<r@x>\n ", 10000)+"\n", said)),
		among("references in a circle", loop.String(), "arm64 loop"),
		among("a message that answers itself", mail("self@x", "self@x", "arm64 self", said), "arm64 self"),
		{name: "1,000 offers", fresh: [3]int{1002}, answer: inTurn(before + spam.String() + after)},
		{name: "cut off in a message", fresh: [3]int{2}, answer: inTurn(before + after[:len(after)-60]), titles: []string{"arm64 before", "arm64 after"}},
		{name: "cut off in a header", fresh: [3]int{2}, answer: inTurn(before + after[:100])},
		{name: "mailbox of nothing", stage: "parse", answer: inTurn("From \n")},
	}
	for i := range all {
		f := &all[i]
		f.group, f.kind, f.url = "mail", harvest.KindList, "http://{host}/list.mbox"
		if check := f.check; check == nil {
			f.check = noneFetched
		}
	}
	return all
}

// noneFetched checks that a list asked for nothing but itself, and that its text is clean.
func noneFetched(t *testing.T, k *kept) {
	for _, h := range k.asked {
		if at := h.Get("X-Test-Url"); at != "http://"+k.host()+"/list.mbox" {
			t.Errorf("asked for %s", at)
		}
	}
	for _, c := range k.last() {
		if c.SnapshotID == 0 {
			continue
		}
		_, text, err := k.web.st.SnapshotText(t.Context(), c.ID)
		if err != nil || strings.ContainsFunc(strings.ReplaceAll(text, "\n", " "), dirty) {
			t.Errorf("%.300q, %v", text, err)
		}
	}
}
