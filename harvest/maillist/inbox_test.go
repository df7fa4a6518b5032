package maillist

import (
	"strings"
	"testing"
	"time"
)

func TestTheFeedOfAPublicInbox(t *testing.T) {
	all := parse(t, `<?xml version="1.0" encoding="us-ascii"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"><title>reef</title><updated>2026-11-16T12:00:00Z</updated>`+
		`<entry><author><name>Bo Reed</name><email>bo@example.org</email></author><title type="html">Re: [PATCH] reef</title><updated>2026-11-16T12:00:00Z</updated><link href="https://lists.example.org/reef/2@x/"/><id>urn:uuid:2</id>`+
		`<thr:in-reply-to ref="urn:uuid:1" href="https://lists.example.org/reef/1@x/"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><pre style="white-space:pre-wrap">On Monday Ada wrote:
<span class="q">&gt; it sinks
</span>
It floats.
</pre></div></content></entry>`+
		`<entry><author><name>Ada Keel</name><email>ada@example.org</email></author><title>[PATCH] reef</title><updated>2026-11-16T11:00:00Z</updated><link href="https://lists.example.org/reef/1@x/"/><id>urn:uuid:1</id></entry></feed>`)
	if len(all) != 2 {
		t.Fatalf("%d messages", len(all))
	}
	reply, root := all[0], all[1]
	if reply.Thread != root.ID || reply.Root() || !root.Root() || reply.Title != "[PATCH] reef" || reply.URL != "https://lists.example.org/reef/2@x/" {
		t.Errorf("got %+v", reply)
	}
	if reply.Text != "It floats." || reply.Author != "Bo Reed" || reply.From != "bo@example.org" {
		t.Errorf("got %q by %q %q", reply.Text, reply.Author, reply.From)
	}
}

func TestTheAddressToAskFor(t *testing.T) {
	for in, want := range map[string]string{
		"https://lore.kernel.org/linux-arm-kernel/":              "https://lore.kernel.org/linux-arm-kernel/new.atom",
		"https://lore.kernel.org/linux-arm-kernel":               "https://lore.kernel.org/linux-arm-kernel/new.atom",
		"https://inbox.example.org/reef":                         "https://inbox.example.org/reef/new.atom",
		"https://lore.kernel.org/reef/new.atom":                  "https://lore.kernel.org/reef/new.atom",
		"https://lore.kernel.org/reef/?q=arm&x=A":                "https://lore.kernel.org/reef/?q=arm&x=A",
		"https://lists.example.org/pipermail/reef/2026-June.txt": "https://lists.example.org/pipermail/reef/2026-June.txt",
		"https://lore.kernel.org/":                               "https://lore.kernel.org/",
	} {
		if got := Ask(in, time.Time{}, time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC))[0][0].URL; got != want {
			t.Errorf("%s: %s", in, got)
		}
	}
}

// What a person saves from a web archive, or gets as an export of his own mail, is read like any
// other: by probe, and under a file's name.
func TestAnArchiveThatWasSavedByHand(t *testing.T) {
	letter := "X-Received: by 2002:a05:6402 with SMTP id x1; Mon, 16 Nov 2026 04:00:00 -0800 (PST)\nReturn-Path: <ada@example.org>\nFrom: 'Ada Keel' via Reef <reef@groups.example.org>\nDate: Mon, 16 Nov 2026 04:00:00 -0800 (PST)\n" +
		"To: Reef <reef@groups.example.org>\nMessage-Id: <a-1n@groups.example.org>\nSubject: Pumps\nMime-Version: 1.0\nContent-Type: multipart/alternative; \n\tboundary=\"----=_Part_1\"\nList-Archive: <https://groups.example.org/group/reef>\n\n" +
		"------=_Part_1\nContent-Type: text/plain; charset=\"UTF-8\"\nContent-Transfer-Encoding: quoted-printable\n\nThe pumps=20\nrun.\n\n--=20\nYou received this message because you are subscribed.\n\n------=_Part_1\nContent-Type: text/html\n\n<p>The pumps</p>\n------=_Part_1--\n"
	for name, body := range map[string]string{
		"a message": letter,
		"a mailbox": "From 1849000000000000001@xxx Mon Nov 16 12:00:00 +0000 2026\n" + letter + "\nFrom 1849000000000000002@xxx Mon Nov 16 12:01:00 +0000 2026\n" + strings.Replace(letter, "a-1n", "a-2n", 1),
	} {
		all, warnings, err := Parse([]byte(body), "reef.mbox")
		if err != nil || len(warnings) != 0 || (name == "a mailbox") != (len(all) == 2) {
			t.Fatalf("%s: %d messages, %q, %v", name, len(all), warnings, err)
		}
		if m := all[0]; m.Author != "Ada Keel" || m.Text != "The pumps run." || m.URL != "" || !m.Published.Equal(at("2026-11-16T12:00:00Z")) {
			t.Errorf("%s: %+v", name, m)
		}
	}
}
