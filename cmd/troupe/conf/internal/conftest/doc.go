// Package conftest reads configuration files in tests of the packages that read their blocks. It goes by package conf,
// so that a test holds what a user sees: the settings of a whole file, and the line of a mistake.
//
// It owns the folder that such a file is in, and promises that the folder is gone when its test is.
//
// It must not be needed by anything but tests.
package conftest
