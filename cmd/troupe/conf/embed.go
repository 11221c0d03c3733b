package conf

// ReadFile reads a configuration file for a program that embeds the broker: Settings.Broker and Settings.Options are
// for actors.Start. blocks are those of the program's own extensions; it may be nil. The error joins all that is wrong,
// each mistake in the file a [lang.FileError], and then there are no settings.
func ReadFile(path string, blocks Blocks) (*Settings, File, error) {
	s := Default()
	s.Extensions = blocks
	file, err := s.ReadFile(path)
	if err == nil {
		err = s.Validate()
	}
	if err != nil {
		return nil, file, err
	}
	return s, file, nil
}
