//go:build race

package page_test

// raced is how many times longer the race detector may make a page take.
const raced = 5
