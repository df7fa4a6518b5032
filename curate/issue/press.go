package issue

import (
	"fmt"
	"sync"
)

// Press renders plans of an issue that grows: it keeps the stories as it laid them out last, and
// lays out only what has changed since. Each word of a story is tried on the readers of markdown,
// so that a screen that tells how far the issue is would else pay for all of it at every key. The
// zero Press is ready to use, by many goroutines.
type Press struct {
	mu   sync.Mutex
	kept map[string]laid // by all that a story is laid out from
}

// Render is Render, word for word.
func (pr *Press) Render(p Plan, l Layout) (string, error) {
	pr.mu.Lock()
	kept := pr.kept
	pr.mu.Unlock()
	now := make(map[string]laid, len(p.Stories)) // what left the issue is forgotten
	text, err := p.render(l, func(s Story) laid {
		key := fmt.Sprintf("%d %#v", p.Wrap, s)
		out, ok := kept[key]
		if !ok {
			out = p.lay(s)
		}
		now[key] = out
		return out
	})
	pr.mu.Lock()
	pr.kept = now
	pr.mu.Unlock()
	return text, err
}
