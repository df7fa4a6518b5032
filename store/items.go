package store

import "time"

// Item is what a source yields: an entry, a release, a message, a captured link.
type Item struct {
	Key       int64     // hash of its id in the source; of link and title where it has no id of its own
	Alt       int64     // hash of link and title: by it an item is known again when all ids change
	Hash      int64     // of its bytes; an item whose bytes are known is not looked at again
	URL       string    // as found, cleaned by link.Clean
	Canonical string    // identity, by link.Canonical
	Title     string    // one clean line
	Author    string    // one clean line
	Site      string    // where it is known better than by the host
	Excerpt   string    // clean paragraphs
	Published time.Time // zero: unknown
	Taken     bool      // it matches, and is to be in the queue
	Matched   []Match   // what matched
	Weight    float64   // of its source; 0 is taken as 1
	Section   string    // of its source
	Credit    Credit    // of its source
	Links     []string  // identities of the links in its text
	Page      bool      // fetch the page behind it
	Own       *Page     // its text came with it: stored as the page of its candidate, which is not fetched
	Root      int64     // for a reply: the key of its thread's root, whose candidate it then sights
	Facts     Facts     // what the source states beside the text
	Follows   int64     // the candidate of which it tells what became
}

// Facts are what a source states of an item beside its text; what it does not state is empty.
type Facts struct {
	Kind          string   `json:"kind,omitempty"`          // issue, pull request, bug, story
	State         string   `json:"state,omitempty"`         // open, closed, merged
	Labels        []string `json:"labels,omitempty"`        // of an issue
	Comments      int      `json:"comments,omitempty"`      // on it
	Points        int      `json:"points,omitempty"`        // that readers gave it
	Version       string   `json:"version,omitempty"`       // of a release
	Architectures []string `json:"architectures,omitempty"` // for which it is built: amd64, arm64
}

// Empty reports that nothing is stated.
func (f Facts) Empty() bool { return toJSON(f) == "{}" }

// Match is a topic term that an item or its page holds.
type Match struct {
	Term   string  `json:"term"`
	Where  string  `json:"where"` // title, link, text, page
	Weight float64 `json:"weight"`
}

// Credit names whom the editor thanks for a link, or who made it.
type Credit struct {
	Via          bool   `json:"via,omitempty"` // "via Person, Org"; else "Person, Org"
	Person       string `json:"person,omitempty"`
	Organisation string `json:"organisation,omitempty"`
	Handle       string `json:"handle,omitempty"` // "@name"
}
