package maillist

// Parse reads an archive of which nothing is known.
func Parse(body []byte, source string) ([]Message, []string, error) {
	return ParseNew(body, source, nil)
}
