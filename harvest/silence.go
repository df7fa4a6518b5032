package harvest

import (
	"sync"

	"wiredesk/store/link"
)

// maxSilent is how often in a row a host may give no answer; then the rest of the run leaves it
// alone. A host that hangs would else hold up the run by its timeout for every source and page.
const maxSilent = 3

// silence counts the requests without an answer, by host, in one run.
type silence struct {
	mu    sync.Mutex
	count map[string]int
}

// over reports that a host is to be left alone.
func (s *silence) over(url string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count[link.Host(url)] >= maxSilent
}

// heard takes note of whether a host answered.
func (s *silence) heard(url string, answered bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.count == nil {
		s.count = map[string]int{}
	}
	if s.count[link.Host(url)]++; answered {
		delete(s.count, link.Host(url))
	}
}
