package issue

import (
	"reflect"
	"sync"
)

// Press renders plans of an issue that grows: it keeps the stories as it laid them out last, and
// lays out only what has changed since. Each word of a story is tried on the readers of markdown,
// so that a screen that tells how far the issue is would else pay for all of it at every key. The
// zero Press is ready to use, by many goroutines; a nil one keeps nothing.
type Press struct {
	mu   sync.Mutex
	wrap int             // that the stories are laid out by
	kept map[int64]sheet // by story
	text string          // counted last …
	far  Progress        // … and what that came to
}

// sheet is a story, and how it is laid out.
type sheet struct {
	story Story
	laid  laid
}

// Render is Render, word for word.
func (pr *Press) Render(p Plan, l Layout) (string, error) {
	if pr == nil {
		return Render(p, l)
	}
	pr.mu.Lock()
	kept := pr.kept
	if pr.wrap != p.Wrap {
		kept = nil
	}
	pr.mu.Unlock()
	now := make(map[int64]sheet, len(p.Stories)) // what left the issue is forgotten
	text, err := p.render(l, func(s Story) laid {
		old, ok := kept[s.ID]
		if !ok || !reflect.DeepEqual(old.story, s) {
			old = sheet{s, p.lay(s)}
		}
		now[s.ID] = old
		return old.laid
	})
	pr.mu.Lock()
	pr.kept, pr.wrap = now, p.Wrap
	pr.mu.Unlock()
	return text, err
}

// Progress counts what stands in the text of an issue.
func (pr *Press) Progress(text string) Progress {
	if pr == nil {
		return Parse([]byte(text)).Progress()
	}
	pr.mu.Lock()
	defer pr.mu.Unlock()
	if pr.text != text {
		pr.text, pr.far = text, Parse([]byte(text)).Progress()
	}
	return pr.far
}
