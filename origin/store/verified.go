package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrWrongBytes is the error of an object that has other bytes than its name says.
var ErrWrongBytes = errors.New("these are not the object's bytes")

// Verified is a Store that opens objects below a prefix, whose names end in the SHA-256 of their bytes in hex,
// only when the bytes are those. A server that gives another object's bytes, or a page of a proxy, gives
// nothing.
//
// It is for a store whose Open has read the object whole, as that of [S3] has: the bytes are read twice.
type Verified struct {
	Store
	Prefix string
}

// Open implements Store. The error may wrap ErrWrongBytes.
func (v Verified) Open(ctx context.Context, name string) (Object, error) {
	o, err := v.Store.Open(ctx, name)
	want, named := strings.CutPrefix(name, v.Prefix)
	if err != nil || !named {
		return o, err
	}
	sum := sha256.New()
	if f, ok := o.File(); ok {
		if _, err = io.Copy(sum, f); err == nil {
			_, err = f.Seek(0, io.SeekStart)
		}
	} else {
		var b bytes.Buffer
		_, err = io.Copy(io.MultiWriter(sum, &b), o)
		o.ReadCloser = readFrom{&b, o.ReadCloser}
	}
	if got := hex.EncodeToString(sum.Sum(nil)); err == nil && got != want {
		err = fmt.Errorf("%w: %d with the SHA-256 %s", ErrWrongBytes, o.Size, got)
	}
	if err != nil {
		o.Close()
		return Object{}, failed("open", name, err)
	}
	return o, nil
}

// readFrom is read from one and closes another.
type readFrom struct {
	io.Reader
	io.Closer
}
