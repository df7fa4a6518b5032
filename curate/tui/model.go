package tui

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"wiredesk/curate"
	"wiredesk/curate/issue"
	"wiredesk/store"
)

// mode says who gets the keys.
type mode int

const (
	listing  mode = iota
	asking        // a line is being typed
	writing       // a note is being written
	choosing      // a filter is being chosen
	quoting       // the quotes of the row have the keys
	helping
)

// model is the screen. Update changes it and View draws it; neither asks the database.
type model struct {
	ctx   context.Context
	desk  *curate.Desk
	log   *slog.Logger
	now   func() time.Time
	open  func(url string) error
	since int64 // the last act before the editor sat down

	keys []binding

	width, height int
	mode          mode
	list          list
	filter        filter
	line          line
	note          note
	unsaved       map[typed]string // what was typed and refused, to be taken up again
	choice        choice
	quotes        quotes
	helpTop       int
	message       string
	failed        bool // the message is an error

	// Reading.
	version     int64
	turn        int // counts the filters; what was read under an earlier one is dropped
	reading     context.Context
	stopReading context.CancelFunc
	waiting     bool              // for what a key asked to read: the keys after it wait too
	typed       []tea.KeyPressMsg // those that wait
	loading     bool
	again       bool // it changed while it was read
	due         bool // it is to be read when all is decided
	counting    bool
	countAgain  bool
	counts      map[store.State]int
	progress    curate.Draft
	press       issue.Press             // of the progress
	detail      map[int64]curate.Detail // by candidate
	detailOf    curate.Ref
	detailing   bool
	detailStale bool
	paneTop     int

	// Deciding.
	acts     []act // not begun yet
	busy     bool
	leaving  bool
	dropping bool // he was told what typed words leaving drops
}

func newModel(ctx context.Context, d *curate.Desk, log *slog.Logger) (*model, error) {
	since, err := d.Store.LastAct(ctx)
	if err != nil {
		return nil, err
	}
	m := &model{ctx: ctx, desk: d, log: log, now: time.Now, open: browse, keys: bindings(), since: since, width: 80, height: 24, list: newList(), unsaved: map[typed]string{}}
	if d.Now != nil {
		m.now = d.Now
	}
	m.reading, m.stopReading = context.WithCancel(ctx)
	m.filter.states = []store.State{store.Queued}
	return m, nil
}

// Init begins to read.
func (m *model) Init() tea.Cmd { return tea.Batch(m.refilter(), m.readVersion(), later()) }

// Update takes a key, or what a command has read or done.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		if msg.Width > 0 && msg.Height > 0 {
			m.width, m.height = msg.Width, msg.Height
		}
		m.note.resize(m)
		m.scroll()
		return m, nil
	case tea.KeyPressMsg:
		return m, m.key(msg)
	case tea.PasteMsg:
		return m, m.paste(msg)
	case tick:
		return m, tea.Batch(m.readVersion(), later())
	case versionM:
		return m, m.gotVersion(msg)
	case listM:
		return m, m.gotList(msg)
	case countsM:
		m.counting = false
		if msg.err != nil {
			m.fail(msg.err)
			return m, nil
		}
		m.counts, m.progress = msg.counts, msg.progress
		if m.countAgain {
			m.countAgain = false
			return m, m.figures()
		}
		return m, nil
	case detailM:
		return m, m.gotDetail(msg)
	case doneM:
		return m, m.done(msg)
	case valuesM:
		return m, m.gotValues(msg)
	case openedM:
		if msg.err != nil {
			m.fail(msg.err)
		}
		return m, nil
	}
	return m, m.other(msg)
}

func (m *model) gotVersion(msg versionM) tea.Cmd {
	switch {
	case msg.err != nil:
		m.fail(msg.err)
	case msg.version != m.version:
		m.version = msg.version
		return m.reload()
	}
	return nil
}

func (m *model) gotList(msg listM) tea.Cmd {
	if msg.turn != m.turn {
		return nil
	}
	m.loading = false
	switch {
	case msg.err != nil:
		m.fail(msg.err)
		m.waiting = false
	case msg.after == 0:
		if m.waiting {
			m.list.begin(msg.list)
		} else {
			was := m.list.lost
			m.list.replace(msg.list)
			if m.list.lost && !was && !m.failed {
				m.say("what you had marked is not in this list any more")
			}
		}
		m.waiting, m.detailStale = false, true
		if len(m.list.rows) == 0 && m.mode == quoting {
			m.mode = listing
		}
	case msg.after == m.list.Next:
		m.list.add(msg.list)
	}
	m.scroll()
	cmds := []tea.Cmd{m.readDetail()}
	if m.again {
		m.again = false
		cmds = append(cmds, m.reload())
	}
	return tea.Batch(append(cmds, m.more(), m.resume())...)
}

func (m *model) gotDetail(msg detailM) tea.Cmd {
	m.detailing = false
	if msg.err != nil {
		m.fail(msg.err)
		if m.mode == quoting {
			m.mode = listing
		}
		return m.resume()
	}
	if msg.of != m.detailOf {
		m.paneTop = 0
	}
	m.detailOf, m.detail = msg.of, msg.all
	m.quotes.update(m)
	if next := m.readDetail(); next != nil { // the cursor has moved on
		return next
	}
	return m.resume()
}

// resume gives the keys that waited.
func (m *model) resume() tea.Cmd {
	var cmds []tea.Cmd
	for len(m.typed) > 0 && !m.waits() {
		k := m.typed[0]
		m.typed = m.typed[1:]
		cmds = append(cmds, m.key(k))
	}
	return tea.Batch(cmds...)
}

// waits reports that keys mean what is not on the screen yet.
func (m *model) waits() bool {
	return m.waiting || m.mode == quoting && !m.detailed() || m.mode == listing && m.list.onward && m.list.Next != 0
}

// detailed reports that the detail is that of the row under the cursor.
func (m *model) detailed() bool {
	r, ok := m.list.current()
	return ok && m.list.ref(r) == m.detailOf
}

// maxTyped is how many keys wait: more than anybody types while a list is read.
const maxTyped = 4096

// key takes one key.
func (m *model) key(k tea.KeyPressMsg) tea.Cmd {
	if k.String() == "ctrl+c" {
		return m.leave()
	}
	if m.waits() {
		if len(m.typed) < maxTyped {
			m.typed = append(m.typed, k)
		}
		return nil
	}
	if m.leaving {
		return nil
	}
	if k.String() != "Q" {
		m.dropping = false // he works on, and is told again
	}
	var cmd tea.Cmd
	switch m.mode {
	case asking:
		cmd = m.line.key(m, k)
	case writing:
		cmd = m.note.key(m, k)
	case choosing:
		cmd = m.choice.key(m, k)
	case quoting:
		cmd = m.quotes.key(m, k)
	case helping:
		m.turnHelp()
	default:
		m.message, m.failed = "", false
		for _, b := range m.keys {
			if b.has(k.String()) {
				cmd = b.do(m)
				break
			}
		}
	}
	m.scroll()
	return tea.Batch(cmd, m.readDetail(), m.more())
}

// paste gives pasted text to what is being typed.
func (m *model) paste(msg tea.PasteMsg) tea.Cmd {
	switch m.mode {
	case asking, writing:
		return m.other(msg)
	}
	return nil
}

// other is a message of the fields in which the editor types.
func (m *model) other(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	switch m.mode {
	case asking:
		m.line.input, cmd = m.line.input.Update(msg)
	case writing:
		m.note.area, cmd = m.note.area.Update(msg)
	}
	return cmd
}

// leave ends the screen when all is on disk that was decided, with what is being written. Asked twice,
// it ends at once: what is not done yet was not shown as done.
func (m *model) leave() tea.Cmd {
	if m.leaving {
		return tea.Quit
	}
	if len(m.unsaved) > 0 && !m.dropping {
		m.dropping = true
		m.say("what was refused is not stored: press %s where you typed it; Q or ctrl+c again drops it", m.waitingKeys())
		return nil
	}
	m.leaving = true
	var cmd tea.Cmd
	switch m.mode {
	case asking:
		if m.line.keep {
			cmd = m.line.finish(m)
		}
	case writing:
		cmd = m.note.finish(m)
	}
	if !m.busy && len(m.acts) == 0 {
		return tea.Quit
	}
	return cmd
}

// waitingKeys are the keys that have what was typed and refused.
func (m *model) waitingKeys() string {
	keys := map[string]bool{}
	for of := range m.unsaved {
		keys[of.key] = true
	}
	return strings.Join(slices.Sorted(maps.Keys(keys)), ", ")
}

// scroll keeps the cursor on the screen.
func (m *model) scroll() {
	h := m.layout().list
	l := &m.list
	l.top = max(0, min(l.top, l.cursor, len(l.rows)-h), l.cursor-h+1) // as many rows as fit, the cursor's among them
}

func (m *model) say(format string, args ...any) {
	m.message, m.failed = clean(fmt.Sprintf(format, args...)), false
}

func (m *model) fail(err error) {
	m.message, m.failed, m.leaving = clean(err.Error()), true, false
}
