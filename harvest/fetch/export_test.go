package fetch

// Dialable reports what the guard says to an address, as dialled, without dialling it.
func Dialable(network, address string) error {
	g, err := newGuard(nil)
	if err != nil {
		return err
	}
	return g.control(network, address, nil)
}
