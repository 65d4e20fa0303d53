package engine

import (
	"fmt"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	if err := Start(func(domain, message string) { fmt.Fprintln(os.Stderr, domain, message) }); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
