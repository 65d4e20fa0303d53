package store_test

import (
	"testing"

	"lightwell/origin/store"
	"lightwell/origin/store/storetest"
)

func TestMem(t *testing.T) {
	storetest.Test(t, func(*testing.T) store.Store { return store.NewMem() })
}
