package feed

import (
	"testing"
	"time"
)

func TestTTL(t *testing.T) {
	const item = `<item><title>x</title><link>https://example.org/x</link><description>&lt;ttl>5&lt;/ttl></description></item></channel></rss>`
	for head, want := range map[string]time.Duration{
		``:                   0,
		`<ttl>60</ttl>`:      time.Hour,
		`<ttl> 15 </ttl>`:    15 * time.Minute,
		`<ttl>soon</ttl>`:    0,
		`<ttl>-5</ttl>`:      0,
		`<ttl>999999</ttl>`:  999999 * time.Minute,
		`<ttl>9999999</ttl>`: 0,
		`<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>`: 30 * time.Minute,
		`<sy:updatePeriod> daily </sy:updatePeriod>`:                                          24 * time.Hour,
		`<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>`: time.Hour,
	} {
		d, err := Slice([]byte(`<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>t</title>` + head + item))
		if err != nil {
			t.Fatal(err)
		}
		if got := d.TTL(); got != want {
			t.Errorf("%s: %v, want %v", head, got, want)
		}
	}
}
