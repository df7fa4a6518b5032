// Package pattern holds regular expressions that are compiled when they are first used. The parsers
// of harvest know some two hundred, and a command wants few of them or none: compiled when the
// program starts they cost each command some 20 ms and 6 MB.
//
//	var number = pattern.New(`\s+#\d+$`)
//	…
//	number().ReplaceAllString(title, "")
package pattern

import (
	"regexp"
	"sync"
	"testing"
)

// New returns a function that compiles expr, in the syntax of package regexp, when it is first
// called, and gives the same value each time. Several goroutines may call it. A wrong expression
// panics: in a test at once, so that no editor ever meets it.
func New(expr string) func() *regexp.Regexp {
	if testing.Testing() {
		regexp.MustCompile(expr)
	}
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
