// Command provider stands in for hashicorp/aws and hashicorp/random, so that Terraform's own validate and plan can be
// run without Amazon and without a registry. It takes what they take, by the extracts of their schemas, makes up what
// they would answer, and does nothing.
//
// Its name says whose place it takes: terraform-provider-aws or terraform-provider-random.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5/tf5server"

	"lightwell/deploy/check/terraform/schema"
)

func main() {
	name := strings.TrimPrefix(filepath.Base(os.Args[0]), "terraform-provider-")
	known, err := schema.Load(name)
	if err == nil {
		err = tf5server.Serve("registry.terraform.io/hashicorp/"+name, func() tfprotov5.ProviderServer { return &standIn{schemas: known} })
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "provider:", err)
		os.Exit(1)
	}
}
