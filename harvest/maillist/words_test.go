package maillist

import (
	"strings"
	"testing"
)

func TestEncodedWords(t *testing.T) {
	for in, want := range map[string]string{
		"=?utf-8?q?Gr=C3=BC=C3=9Fe?=":                           "Grüße",
		"=?UTF-8?B?R3LDvMOfZQ?=":                                "Grüße", // without its padding
		"=?UTF-8?B?R3LDvMOfZQ=\n ?=":                            "Grüße",
		"=?utf-8?Q?Gr=C3=BC=C3=9Fe vom Riff?=":                  "Grüße vom Riff",
		"=?utf-8?Q?Gr=C3=BC=C3=9Fe?==?utf-8?Q?_vom_Riff?=":      "Grüße vom Riff",
		"Re:=?utf-8?Q?Gr=C3=BC=C3=9Fe?=!":                       "Grüße!",
		"=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=":                        "Grüße",
		"=?utf-8?Q?Gr=C3?=\n =?utf-8?Q?=BC=C3=9Fe?=":            "Grüße",
		"=?utf-8?Q?Gr=C3?= =?utf-8?B?vMOfZQ==?=":                "Grüße",
		"=?iso-2022-jp?B?GyRCJDUkcxsoQg==?=":                    "さん",
		"=?gb2312?B?uf4=?=":                                     "哈",
		"=?koi8-r?Q?=F0=D2=C9?= =?utf-8?Q?=D0=B2=D0=B5=D1=82?=": "Привет",
		"=?iso-8859-1?Q?Gr=C3=BC=C3=9Fe?=":                      "Grüße", // UTF-8 all the same
		"=?iso-8859-15?Q?5_=A4?=":                               "5 €",
		"=?us-ascii?Q?Gr=FC=DFe?=":                              "Grüße",
		"=?utf-8?Q?Gr=C3=BC=C3=9Fe":                             "Grüße",
		"=?utf-8?Q?Gr=C3=BC=C3=9Fe??=":                          "Grüße?",
		"=?utf-8?Q?100=?=":                                      "100=",
		"=?utf-8?X?abc?=":                                       "=?utf-8?X?abc?=",
		"=?utf-8?B?!!?=":                                        "=?utf-8?B?!!?=",
		"a =?utf-8?Q?b?= c =?utf-8?Q?d?= =?utf-8?Q?e?= f":       "a b c de f",
		"=?utf-8?Q?" + strings.Repeat("=C3=BC", 200) + "?=":     strings.Repeat("ü", 200),
		"\"=?utf-8?Q?Gr=C3=BC=C3=9Fe?=\"":                       "\"Grüße\"",
	} {
		if m := parse(t, single("From: a@example.org\nSubject: "+in, "x"))[0]; m.Title != want {
			t.Errorf("%q: %q, want %q", in, m.Title, want)
		}
	}
}

func TestSendersInHiding(t *testing.T) {
	for _, c := range []struct{ in, name, address string }{
		{"ada [at] example [dot] org (Ada Keel)", "Ada Keel", ""},
		{"Ada Keel <ada [at] example [dot] org>", "Ada Keel", ""},
		{"Ada Keel <ada...@example.org>", "Ada Keel", ""},
		{"Ada Keel <nqn#rknzcyr.bet>", "Ada Keel", ""},
		{"Ada Keel <ada at example dot org>", "Ada Keel", ""},
		{"Ada Keel <>", "Ada Keel", ""},
		{"ada@example.org [Ada Keel]", "ada@example.org [Ada Keel]", ""},
		{"=?utf-8?Q?Ad=C3?= =?utf-8?Q?=A0_Keel?= <ada@example.org>", "Adà Keel", "ada@example.org"},
		{"=?iso-8859-1?Q?Keel,_Ad=E0?= <ada@example.org>", "Keel, Adà", "ada@example.org"},
		{"Ada Keel <ada@example.org>, Bo Reed <bo@example.org>", "Ada Keel", "ada@example.org"},
		{"ada at example.org (Ada (at sea) Keel)", "Ada (at sea) Keel", "ada@example.org"},
	} {
		m := parse(t, single("Subject: x\nFrom: "+c.in, "x"))[0]
		if m.Author != c.name || m.From != c.address {
			t.Errorf("%q: %q, %q", c.in, m.Author, m.From)
		}
	}
}

func TestRepliesInManyTongues(t *testing.T) {
	for in, reply := range map[string]bool{
		"AW: Pumps": true, "SV: Pumps": true, "Sv: Re: Pumps": true, "RE[2]: Pumps": true, "Re (2): Pumps": true, "Re^3: Pumps": true, "VS: Pumps": true, "回复：Pumps": true, "Rif: Pumps": true,
		"RE : Pumps": true, "Re:Pumps": true, "Fwd: Pumps": false, "WG: Pumps": false, "TR: Pumps": false, "Fwd: Re: Pumps": true, "Reply: Pumps": false, "Real: Pumps": false,
	} {
		m := parse(t, single("From: a@example.org\nSubject: "+in, "x"))[0]
		if m.Root() == reply || strings.TrimPrefix(strings.TrimPrefix(m.Title, "Reply: "), "Real: ") != "Pumps" {
			t.Errorf("%q: %q, root %v", in, m.Title, m.Root())
		}
	}
}

func TestFlowedText(t *testing.T) {
	flowed, delSp := "Content-Type: text/plain; format=flowed", "Content-Type: text/plain; format=flowed; delsp=yes"
	for _, c := range []struct{ name, headers, body, want string }{
		{"DelSp", delSp, "https://reef.example.org/a- \nlong-link\n\nSee.", "https://reef.example.org/a-long-link\n\nSee."},
		{"without DelSp", flowed, "one \ntwo", "one two"},
		{"stuffed", flowed, " From here on\n\n >5 pumps", "From here on\n\n>5 pumps"},
		{"quoted", flowed, "> old \n> words\n> more\nNew \nwords.", "New words."},
		{"a quote that flows into prose", flowed, "> old \nNew.", "New."},
		{"the signature never flows", flowed, "New. \n-- \nAda", "New."},
		{"who is answered", flowed, "On Monday 16 November Ada Keel, the keeper \nof pumps, wrote:\n> old\n\nNew.", "New."},
		{"CRLF", delSp, "one- \r\ntwo\r\n", "one-two"},
	} {
		if m := text(t, c.headers, c.body); m.Text != c.want {
			t.Errorf("%s: %q, want %q", c.name, m.Text, c.want)
		}
	}
}

func TestOneWordsOfTheWriter(t *testing.T) {
	plain := "Content-Type: text/plain; charset=utf-8\n\nThe words."
	for _, c := range []struct {
		name, kind string
		parts      []string
		want       string
	}{
		{"a patch shown in line", "mixed", []string{"Content-Type: text/plain\n\n", "Content-Type: text/plain; name=\"0001-reef.patch\"\nContent-Disposition: inline\n\n+++ b/x\n"}, ""},
		{"a mail within", "mixed", []string{plain, "Content-Type: message/rfc822\n\nFrom: Bo <bo@example.org>\nSubject: x\n\nNot his."}, "The words."},
		{"only a mail within", "mixed", []string{"Content-Type: message/rfc822\n\nFrom: Bo <bo@example.org>\nSubject: x\n\nNot his."}, ""},
		{"a digest", "digest", []string{"Content-Type: message/rfc822\n\nFrom: Bo <bo@example.org>\n\nNot his."}, ""},
		{"a delivery report", "report", []string{plain, "Content-Type: message/delivery-status\n\nStatus: 5.0.0"}, "The words."},
		{"the footer of the list", "mixed", []string{plain, "Content-Type: text/plain\nContent-Disposition: inline\n\nReef mailing list"}, "The words."},
	} {
		headers, body := multipart(c.kind, c.parts...)
		if m := text(t, headers, body); m.Text != c.want {
			t.Errorf("%s: %q, error %q", c.name, m.Text, m.Err)
		}
	}
	m := text(t, "X: y", "The words.\n-------------- next part --------------\nA non-text attachment was scrubbed...\nName: reef.patch\n")
	if m.Text != "The words." {
		t.Errorf("what pipermail leaves of a part: %q", m.Text)
	}
	if m := text(t, "Content-Type: text/plain; charset=ISO-8859-1", "Grüße"); m.Text != "Grüße" {
		t.Errorf("UTF-8 that is called Latin-1: %q", m.Text)
	}
	if m := text(t, "Content-Type: multipart/mixed", "The words."); m.Text != "The words." {
		t.Errorf("parts without a border: %q, error %q", m.Text, m.Err)
	}
}

func TestDatesWithOddZones(t *testing.T) {
	for in, want := range map[string]string{
		"Mon, 16 Nov 2026 12:00:00":              "2026-11-16T12:00:00Z",
		"Mon, 16 Nov 2026 12:00:00 +9900":        "2026-11-16T12:00:00Z",
		"Mon, 16 Nov 2026 12:00:00 XYZ":          "2026-11-16T12:00:00Z",
		"Mon, 16 Nov 2026 12:00:00 UT":           "2026-11-16T12:00:00Z",
		"Mon, 16 Nov 2026 12:00:00 GMT+0100":     "2026-11-16T11:00:00Z",
		"Mon Nov 16 12:00:00 PST 2026":           "2026-11-16T20:00:00Z",
		"Mon, 16 Nov 2026 12:00:00 \"GMT\"":      "2026-11-16T12:00:00Z",
		"Mon, 16 Nov 2026 12.00.00 +0000":        "2026-11-16T12:00:00Z",
		"16 Nov 26 12:00 EST":                    "2026-11-16T17:00:00Z",
		"Monday, November 16, 2026 12:00:00 GMT": "2026-11-16T12:00:00Z",
	} {
		if m := parse(t, single("From: a@example.org\nDate: "+in, "x"))[0]; !m.Published.Equal(at(want)) {
			t.Errorf("%q: %v, want %s", in, m.Published, want)
		}
	}
}
