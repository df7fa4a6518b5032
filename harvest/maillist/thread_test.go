package maillist

import (
	"fmt"
	"strings"
	"testing"
)

// threadsOf gives the thread of each message as "id:thread", with a star behind a root.
func threadsOf(all []Message) string {
	var out []string
	for _, m := range all {
		s := strings.TrimSuffix(m.ID, "@x") + ":" + strings.TrimSuffix(m.Thread, "@x")
		if m.Root() {
			s += "*"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

// reply is a message with References and In-Reply-To, each a list of ids or "".
func reply(id, references, inReplyTo string) string {
	var headers []string
	for name, ids := range map[string]string{"References": references, "In-Reply-To": inReplyTo} {
		if ids != "" {
			headers = append(headers, name+": <"+strings.ReplaceAll(ids, " ", "@x> <")+"@x>")
		}
	}
	return mailOf(id, append(headers, "", id)...)
}

func TestThreads(t *testing.T) {
	for _, c := range []struct {
		name string
		mail []string
		want string
	}{
		{"no replies", []string{reply("a", "", ""), reply("b", "", "")}, "a:a* b:b*"},
		{"In-Reply-To", []string{reply("a", "", ""), reply("b", "", "a"), reply("c", "", "b")}, "a:a* b:a c:a"},
		{"References", []string{reply("a", "", ""), reply("b", "a", ""), reply("c", "a b", "")}, "a:a* b:a c:a"},
		{"the reply stands first", []string{reply("c", "", "b"), reply("b", "", "a"), reply("a", "", "")}, "c:a b:a a:a*"},
		{"a link of the chain is missing", []string{reply("a", "", ""), reply("c", "a b", "b")}, "a:a* c:a"},
		{"the root is missing", []string{reply("b", "r", "r"), reply("c", "r b", "b"), reply("d", "r x", "x")}, "b:r c:r d:r"},
		{"only the parent is known, and missing", []string{reply("b", "", "r"), reply("c", "", "r")}, "b:r c:r"},
		{"an answer to itself", []string{reply("a", "a", "a"), reply("b", "", "a")}, "a:a* b:a"},
		{"two answer one another", []string{reply("a", "", "b"), reply("b", "", "a"), reply("c", "", "b")}, "a:a* b:a c:a"},
		{"a loop behind others", []string{reply("d", "", "c"), reply("c", "", "b"), reply("b", "", "c")}, "d:c c:c* b:c"},
		{"three in a ring", []string{reply("a", "", "c"), reply("b", "", "a"), reply("c", "", "b"), reply("d", "", "a")}, "a:a* b:a c:a d:a"},
	} {
		if got := threadsOf(parse(t, strings.Join(c.mail, ""))); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAReplyWithoutReferencesGoesByItsSubject(t *testing.T) {
	re := strings.Replace(mailOf("b", "", "b"), "Subject: Pumps", "Subject: RE: pumps", 1)
	other := strings.Replace(mailOf("c", "", "c"), "Subject: Pumps", "Subject: Re: Valves", 1)
	all := parse(t, mailOf("a", "", "a")+re+other)
	if got := threadsOf(all); got != "a:a* b:a c:c" {
		t.Errorf("got %s", got)
	}
	if all[1].InReplyTo != "" {
		t.Errorf("nothing was stated, but it is said to answer %q", all[1].InReplyTo)
	}
}

func TestOneIDForTwoMessages(t *testing.T) {
	all := parse(t, mailOf("a", "", "first")+mailOf("a", "", "second")+mailOf("a", "", "first")+reply("b", "a", "a"))
	if len(all) != 4 {
		t.Fatalf("%d messages", len(all))
	}
	plain := source + "#a%40x"
	if all[0].URL != plain || all[2].URL != plain {
		t.Errorf("the same message has the URLs %q and %q", all[0].URL, all[2].URL)
	}
	if want := fmt.Sprintf("%s~%08x", plain, uint32(all[1].Hash)); all[1].URL != want {
		t.Errorf("another message with its id has the URL %q, want %q", all[1].URL, want)
	}
	if all[3].Thread != "a@x" {
		t.Errorf("thread %q", all[3].Thread)
	}
}

// A long chain of replies must cost no more than its length.
func TestALongThread(t *testing.T) {
	all := make([]Message, 50000)
	for i := range all {
		all[i] = Message{ID: fmt.Sprint(i)}
		if i > 0 {
			all[i].InReplyTo, all[i].Reply = fmt.Sprint(i-1), true
		}
	}
	finish(all, source, nil)
	for i := range all {
		if all[i].Thread != "0" {
			t.Fatalf("message %d is in thread %q", i, all[i].Thread)
		}
	}
}
