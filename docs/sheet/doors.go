// Package sheet is what the programs have in common that make pictures for the documentation: a
// running Lightwell is asked for tiles, and draws the sheet on which they are laid out.
package sheet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Doors are the addresses of a running Lightwell, as http://host:port.
type Doors struct {
	Images, Uploads string
}

// Image is what an upload says of an image.
type Image struct {
	ID            string `json:"imageId"`
	Width, Height int
	Format        string
}

// Upload stores an image.
func (d Doors) Upload(data []byte) (Image, error) {
	resp, err := http.Post(d.Uploads+"/upload", "application/octet-stream", bytes.NewReader(data))
	if err != nil {
		return Image{}, err
	}
	defer resp.Body.Close()
	var done struct {
		Image
		Detail string
	}
	if err := json.NewDecoder(resp.Body).Decode(&done); err != nil {
		return Image{}, fmt.Errorf("upload: %s: %w", resp.Status, err)
	}
	if resp.StatusCode != http.StatusOK {
		return Image{}, fmt.Errorf("upload: %s: %s", resp.Status, done.Detail)
	}
	return done.Image, nil
}

// NameMark lets an image be laid over others by a name.
func (d Doors) NameMark(name, id string) error {
	return d.Send(http.MethodPut, "/marks/"+name, fmt.Sprintf(`{"imageId":%q}`, id))
}

// Send sends JSON to the uploads' door.
func (d Doors) Send(method, path, body string) error {
	req, err := http.NewRequest(method, d.Uploads+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusBadRequest {
		said, _ := io.ReadAll(resp.Body)
		return fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, said)
	}
	return nil
}

// Answer is what the images' door has said.
type Answer struct {
	Status int
	Type   string // of the content
	Body   []byte
}

// Ask asks for a path of the images' door, with an Accept header unless that is "".
func (d Doors) Ask(path, accept string) (Answer, error) {
	req, err := http.NewRequest(http.MethodGet, d.Images+path, nil)
	if err != nil {
		return Answer{}, err
	}
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return Answer{resp.StatusCode, resp.Header.Get("Content-Type"), body}, err
}

// Get is Ask for what has to be there.
func (d Doors) Get(path string) ([]byte, error) {
	a, err := d.Ask(path, "")
	if err == nil && a.Status != http.StatusOK {
		err = fmt.Errorf("GET %s: %d: %s", path, a.Status, a.Body)
	}
	return a.Body, err
}
