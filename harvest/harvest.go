// Package harvest hunts: it asks the sources of feeds.yaml, judges what they yield by the topic,
// puts what matches into the queue, and reads the pages behind it.
//
//	h, err := harvest.New(cfg, st)
//	report, err := h.Run(ctx, harvest.Options{})
//
// The walk of one source is one(): fetch, decode, parse, store, each a stage by whose name a
// failure is reported. One source's failure never stops another. The packages below do one thing
// each: fetch is the HTTP client, feed, release and maillist turn bytes into items, page reads
// the page behind a link. Nothing here knows of stories or issues.
package harvest

import (
	"runtime"
	"time"

	"golang.org/x/sync/semaphore"

	"wiredesk/harvest/fetch"
	"wiredesk/store"
)

// The kinds of a source.
const (
	KindFeed     = "feed"
	KindReleases = "releases"
	KindList     = "list"
	KindSearch   = "search"
	KindPage     = "page"
)

// Kinds lists all kinds that feeds.yaml may name.
var Kinds = []string{KindFeed, KindReleases, KindList, KindSearch, KindPage}

// Source is a source as feeds.yaml describes it.
type Source struct {
	Name       string        `mapstructure:"name"`
	Kind       string        `mapstructure:"kind"`
	URL        string        `mapstructure:"url"`
	Every      time.Duration `mapstructure:"every"`
	Match      string        `mapstructure:"match"`  // topic or all
	Weight     float64       `mapstructure:"weight"` // of its candidates' scores; 0 is taken as 1
	Section    string        `mapstructure:"section"`
	Via        string        `mapstructure:"via"` // credit of its links, "Person, Org"
	Timezone   string        `mapstructure:"timezone"`
	Headers    []string      `mapstructure:"headers"`   // "Name: env:VARIABLE"
	MaxItems   int           `mapstructure:"max_items"` // only the first of each poll; 0: all
	Include    []string      `mapstructure:"include"`   // phrases of which the title must hold one
	Exclude    []string      `mapstructure:"exclude"`   // phrases that the title must not hold
	Disabled   bool          `mapstructure:"disabled"`
	Links      bool          `mapstructure:"links"`      // queue the links inside each entry, not the entry
	Item       string        `mapstructure:"item"`       // CSS selectors of kind page, and of releases on a page
	Link       string        `mapstructure:"link"`       //
	Title      string        `mapstructure:"title"`      //
	Date       string        `mapstructure:"date"`       //
	Query      string        `mapstructure:"query"`      // of kind search
	Token      string        `mapstructure:"token"`      // env:NAME or file:PATH
	Prerelease *bool         `mapstructure:"prerelease"` // releases: false leaves alpha, beta and rc out

	Credit store.Credit   `mapstructure:"-"` // Via, taken apart
	Secret []fetch.Header `mapstructure:"-"` // Headers, with their secrets read
	Bearer string         `mapstructure:"-"` // Token, read
	Fault  string         `mapstructure:"-"` // why it cannot be asked as it should: a secret that is not there
	Zone   *time.Location `mapstructure:"-"`
}

// Config is what a Harvester works by.
type Config struct {
	Topic   Topic
	Fetch   fetch.Config
	Sources []Source
	Now     func() time.Time // nil: time.Now
}

// Harvester polls sources into a store.
type Harvester struct {
	cfg     Config
	store   *store.Store
	client  *fetch.Client
	matcher *Matcher
	parsing *semaphore.Weighted // parsing costs memory: no more at once than there are processors
	github  pace                // its searches
	silent  silence             // hosts that do not answer
}

// Options choose what one run does.
type Options struct {
	Names    []string // only these sources; empty: all
	All      bool     // whatever the schedule says; Retry-After, 410 and disabled still hold
	NoPages  bool     // leave the pages behind new candidates for later
	Progress func(done, total int, what string)
}

// Outcome is what a poll of one source came to.
type Outcome struct {
	Source   string    `json:"source"`
	New      int       `json:"new"`
	Known    int       `json:"known"`
	Status   int       `json:"status,omitempty"`
	Stage    string    `json:"stage,omitempty"` // where it failed: fetch, decode, parse, store, page
	Error    string    `json:"error,omitempty"`
	Warnings []string  `json:"warnings,omitempty"`
	Next     time.Time `json:"next,omitzero"`

	bytes       int64
	candidates  int
	notModified bool
	unasked     bool // no request was made: its host asked to be left alone
	lookup      bool // the name of its host was not found
}

// Report is what a run came to.
type Report struct {
	Sources     int       `json:"sources"`      // in feeds.yaml, not disabled
	Polled      int       `json:"polled"`       // asked in this run
	NotModified int       `json:"not_modified"` // of these, had nothing new to send
	Failed      int       `json:"failed"`
	Items       int       `json:"items"` // new items, matching or not
	New         int       `json:"new"`   // new candidates
	Pages       int       `json:"pages"` // pages read
	ElapsedMS   int64     `json:"elapsed_ms"`
	Bytes       int64     `json:"bytes"`
	Report      []Outcome `json:"report"`

	// Offline: of several hosts no name was found. The schedule is left as it was.
	Offline bool `json:"offline,omitempty"`
}

// New returns a harvester of the configured sources.
func New(cfg Config, st *store.Store) (*Harvester, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	cfg.Fetch.Now = cfg.Now
	client, err := fetch.New(cfg.Fetch)
	if err != nil {
		return nil, err
	}
	return &Harvester{
		cfg: cfg, store: st, client: client, matcher: NewMatcher(cfg.Topic),
		parsing: semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0))),
	}, nil
}

// Close drops idle connections.
func (h *Harvester) Close() { h.client.Close() }
