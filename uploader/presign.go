package uploader

import (
	"context"
	"net/http"
	"time"

	"lightwell/origin/library"
	"lightwell/origin/store"

	"golang.org/x/sync/errgroup"
)

const (
	maxPresigned    = 1000    // uploads in one request
	maxPresignBody  = 4 << 20 // bytes
	presignedAtOnce = 16      // records that are put into the store at the same time
)

// Presigned is leave to put one image where it will be taken up from, without a token: the answer to
// POST /upload/presign. The image has the upload's id.
type Presigned struct {
	UploadID string `json:"uploadId"`
	ImageID  string `json:"imageId"`
	Method   string `json:"method"`
	URL      string `json:"url"`
	// Headers are those of a PUT, whose body is the image.
	Headers map[string]string `json:"headers,omitempty"`
	// Fields are those of a POST of multipart/form-data, before file, which is the last. Where
	// Content-Type is not among them, it is added.
	Fields      map[string]string `json:"fields,omitempty"`
	CompleteURL string            `json:"completeUrl"`
	ExpiresAt   time.Time         `json:"expiresAt"`
}

// PresignedAll is the answer where several are asked for.
type PresignedAll struct {
	Uploads []Presigned `json:"uploads"`
}

// presign is POST /upload/presign.
func (u *Uploader) presign(w http.ResponseWriter, r *http.Request) error {
	members, err := readObjectUpTo(w, r, maxPresignBody)
	if err != nil {
		return err
	}
	wishes, several, err := u.readWishes(members)
	if err != nil {
		return err
	}
	allowed := u.Quota.allowance(tokenName(r.Context()), "")
	if err := allowed.fits(r.Context(), leastOf(wishes)); err != nil {
		return err
	}
	all := make([]Presigned, len(wishes))
	putting, ctx := errgroup.WithContext(r.Context())
	putting.SetLimit(presignedAtOnce)
	for i, wish := range wishes {
		putting.Go(func() (err error) {
			all[i], err = u.grant(ctx, uploadBase(r, u.UploadURL), wish)
			return err
		})
	}
	if err := putting.Wait(); err != nil {
		return err
	}
	u.audit(r.Context()).Info("uploads presigned", "number", len(all), "first", all[0].UploadID)
	if several {
		return answer(w, http.StatusOK, PresignedAll{all})
	}
	return answer(w, http.StatusOK, all[0])
}

// grant gives leave for one upload.
func (u *Uploader) grant(ctx context.Context, base string, want wish) (Presigned, error) {
	id, signature := library.NewID(), library.NewID()
	in := incomingOf(want.options, tokenName(ctx))
	in.terms, in.Lock = want.terms, lockOf(signature)
	p := Presigned{UploadID: id, ImageID: id, CompleteURL: base + "/upload/" + id + "/complete?signature=" + signature}
	by, err := u.signed(ctx, base, id, signature, want)
	if err != nil {
		return p, err
	}
	p.Method, p.URL, p.Headers, p.Fields, p.ExpiresAt = by.Method, by.URL, by.Headers, by.Fields, by.Expires
	delete(p.Headers, "Content-Length") // which whoever sends the bytes sets, and a browser lets nobody else
	in.Expires = by.Expires
	return p, u.begin(ctx, id, in)
}

// signed is a request that brings an upload: to the bucket, or here.
func (u *Uploader) signed(ctx context.Context, base, id, signature string, want wish) (store.Presigned, error) {
	if u.Presigner == nil {
		return u.ownSigned(base, id, signature, want), nil
	}
	name := library.IncomingName(id)
	if want.method == http.MethodPut {
		return u.Presigner.PresignPut(ctx, name, store.PutTerms{ContentType: want.ContentType, Bytes: want.Bytes, SHA256: want.SHA256}, u.PresignLife)
	}
	terms := store.PostTerms{ContentType: want.ContentType, ContentTypePrefix: "image/", Least: 1, Most: u.MaxBytes, SHA256: want.SHA256}
	if want.Bytes > 0 {
		terms.Least, terms.Most = want.Bytes, want.Bytes
	}
	return u.Presigner.PresignPost(ctx, name, terms, u.PresignLife)
}

// leastOf is the fewest bytes that wishes can bring.
func leastOf(wishes []wish) (n int64) {
	for _, w := range wishes {
		n += max(1, w.Bytes)
	}
	return n
}
