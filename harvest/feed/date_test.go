package feed

import (
	"testing"
	"time"
)

func TestDatesOfManyKinds(t *testing.T) {
	east := time.FixedZone("", 10*3600)
	for _, c := range []struct{ in, want string }{
		{"Mon, 02 Jan 2006 15:04:05 -0700", "2006-01-02T22:04:05Z"},
		{"Mon, 02 Jan 2006 15:04:05 GMT", "2006-01-02T15:04:05Z"},
		{"Mon, 02 Jan 2006 15:04:05 PST", "2006-01-02T23:04:05Z"},
		{"Mon, 02 Jan 2006 15:04:05 EDT", "2006-01-02T19:04:05Z"},
		{"Mon, 02 Jan 2006 15:04:05 CEST", "2006-01-02T13:04:05Z"},
		{"Mon, 02 Jan 2006 15:04:05 IST", "2006-01-02T09:34:05Z"},
		{"Mon, 02 Jan 2006 15:04:05 AEDT", "2006-01-02T04:04:05Z"},
		{"Mon, 02 Jan 2006 15:04:05 GMT+7", "2006-01-02T08:04:05Z"},
		{"Mon, 02 Jan 2006 15:04:05 GMT-0700", "2006-01-02T22:04:05Z"},
		{"Mon, 02 Jan 2006 15:04:05 GMT+05:30", "2006-01-02T09:34:05Z"},
		{"Mon, 02 Jan 2006 15:04:05 + 0200", "2006-01-02T13:04:05Z"},
		{"Mon, 2 Jan 2006 15:04:05 +0200 (CEST)", "2006-01-02T13:04:05Z"},
		{"Mon, 02 Jan 2006 15:04:05", "2006-01-02T05:04:05Z"},
		{"Mon, 02 Jan 2006 15:04:05 Narnia", "2006-01-02T05:04:05Z"},
		{"Monday, 02-Jan-06 15:04:05 UTC", "2006-01-02T15:04:05Z"},
		{"Mo, 25 Jun 2018 12:00:00 +0200", "2018-06-25T10:00:00Z"},
		{"Sun, 15 Dec 2024 12:15 PM", "2024-12-15T02:15:00Z"},
		{"Sun, 15 Dec 2024 12:15 AM UTC", "2024-12-15T00:15:00Z"},
		{"Tue, Jan 23 2018 04:05:06 GMT", "2018-01-23T04:05:06Z"},
		{"January 23rd, 2018 at 4:05 pm UTC", "2018-01-23T16:05:00Z"},
		{"03 October 2011 Monday 14:32:06 GMT", "2011-10-03T14:32:06Z"},
		{"Mon Jan  2 15:04:05 2006", "2006-01-02T05:04:05Z"},
		{"Mon Jan 2 15:04:05 EST 2006", "2006-01-02T20:04:05Z"},
		{"Sat Oct 06 2018 00:00:00 GMT", "2018-10-06T00:00:00Z"},
		{"2006-01-02T15:04:05Z", "2006-01-02T15:04:05Z"},
		{"2006-01-02T15:04:05.123+02:00", "2006-01-02T13:04:05Z"},
		{"2006-01-02T15:04:05 00:00", "2006-01-02T15:04:05Z"},
		{"2006-01-02T15:04:05", "2006-01-02T05:04:05Z"},
		{"2006/01/02 15:04:05", "2006-01-02T05:04:05Z"},
		{"2006-01-02", "2006-01-02T00:00:00Z"},
		{"2 Jan 2006", "2006-01-02T00:00:00Z"},
		{"Mon, 31 Jan 2011 GMT", "2011-01-31T00:00:00Z"},
		{"16.04.11", "2011-04-16T00:00:00Z"},
		{"9/26/2011 10:35:00 PM", "2011-09-26T12:35:00Z"},
		{"26/9/2011 10:35", "2011-09-26T00:35:00Z"},
		{`"2011-10-02 23:07:54"`, "2011-10-02T13:07:54Z"},
		{"10/01/11 22:48:58 ET", ""}, // the first of October, or the tenth of January
		{"Fri, 30 Feb 2009 12:00:00 GMT", ""},
		{"Sat, 30 Jua 2010 00:38:00 GMT", ""},
		{"2006-13-02T15:04:05Z", ""},
		{"Mon, 02 Jan 2006 25:04:05 GMT", ""},
		{"October 2011", ""},
		{"yesterday", ""},
		{"-0300", ""},
		{"", ""},
	} {
		got := Date(c.in, east)
		if c.want == "" && got.IsZero() || c.want != "" && got.Truncate(time.Second).Equal(at(c.want)) {
			continue
		}
		t.Errorf("%q is %v, want %q", c.in, got, c.want)
	}
}

func TestAnEntryHasTheDateThatItStates(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"<pubDate>Mon, 02 Jan 2006 15:04:05 EST</pubDate>", "2006-01-02T20:04:05Z"},
		{"<pubDate>Mon, 02 Jan 2006 15:04:05 AEDT</pubDate>", "2006-01-02T04:04:05Z"},
		{"<pubDate>Mon, 02 Jan 2006 15:04:05</pubDate>", "2006-01-02T14:04:05Z"},
		{"<dc:date>2006-01-02T15:04:05+01:00</dc:date>", "2006-01-02T14:04:05Z"},
		{"<date>2006-01-02T15:04:05Z</date>", "2006-01-02T15:04:05Z"},
		{"<pubDate>Mon, 02 Jan 2199 15:04:05 GMT</pubDate>", "2199-01-02T15:04:05Z"}, // as stated
		{"<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>", ""},
		{"<pubDate>soon</pubDate>", ""},
		{"", ""},
	} {
		d, err := Slice([]byte(rssOf("<item><title>t</title>" + c.in + "</item>")))
		if err != nil {
			t.Fatal(err)
		}
		_, items, _, err := d.Parse(nil, Meta{URL: base, Zone: time.FixedZone("", 3600)})
		if err != nil {
			t.Fatal(err)
		}
		if got := items[0].Published; c.want == "" && !got.IsZero() || c.want != "" && !got.Equal(at(c.want)) {
			t.Errorf("%s: %v, want %q", c.in, got, c.want)
		}
	}
}
