package main

import (
	"fmt"
	"time"

	"lightwell/uploader"
	"lightwell/uploader/cdn"
)

// buildCDN reads how the CDN is told of purges, if there is one.
func (s *server) buildCDN() error {
	if len(s.cfg.CDNPurgeURL) == 0 {
		return nil
	}
	o := cdn.Options{
		Method: s.cfg.CDNPurgeMethod, Body: string(s.cfg.CDNPurgeBody),
		ByPath: s.cfg.CDNPurgeBy == "path", Most: s.cfg.CDNPurgeMost,
	}
	for _, address := range s.cfg.CDNPurgeURL {
		o.URLs = append(o.URLs, string(address))
	}
	for _, header := range s.cfg.CDNPurgeHeaders {
		o.Headers = append(o.Headers, string(header))
	}
	if signer := s.cfg.CDNSigner(); signer != nil {
		o.Sign = &cdn.AWS{Service: signer.Service, Region: signer.Region, AccessKey: signer.AccessKey, SecretKey: signer.SecretKey}
	}
	told, err := cdn.New(o)
	if err != nil {
		return fmt.Errorf("cdn-purge settings: %w", err)
	}
	s.cdn = told
	return nil
}

// purges tells the CDN; nil where there is none.
func (s *server) purges() *uploader.Purges {
	if s.cdn == nil {
		return nil
	}
	return &uploader.Purges{
		CDN: s.cdn, Life: s.cfg.MetadataLife + s.handler.Timeout + clockSlack, Patience: s.cfg.CallbackPatience, Log: s.log,
	}
}

// clockSlack is for an answer that is on its way.
const clockSlack = time.Second
