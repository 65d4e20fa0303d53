package main

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/zclconf/go-cty/cty/msgpack"

	"lightwell/deploy/check/terraform/schema"
)

// standIn answers as far as validate and plan ask. What it does not have (import, functions, ephemeral resources) would
// panic for want of the interface within.
type standIn struct {
	tfprotov5.ProviderServer
	schemas schema.Provider
}

// GetMetadata says what there is.
func (s *standIn) GetMetadata(context.Context, *tfprotov5.GetMetadataRequest) (*tfprotov5.GetMetadataResponse, error) {
	r := &tfprotov5.GetMetadataResponse{}
	for name := range s.schemas.Resources {
		r.Resources = append(r.Resources, tfprotov5.ResourceMetadata{TypeName: name})
	}
	for name := range s.schemas.DataSources {
		r.DataSources = append(r.DataSources, tfprotov5.DataSourceMetadata{TypeName: name})
	}
	return r, nil
}

// GetProviderSchema says what each takes.
func (s *standIn) GetProviderSchema(context.Context, *tfprotov5.GetProviderSchemaRequest) (*tfprotov5.GetProviderSchemaResponse, error) {
	r := &tfprotov5.GetProviderSchemaResponse{
		Provider:          protocol(s.schemas.Config),
		ResourceSchemas:   map[string]*tfprotov5.Schema{},
		DataSourceSchemas: map[string]*tfprotov5.Schema{},
	}
	for name, known := range s.schemas.Resources {
		r.ResourceSchemas[name] = protocol(known)
	}
	for name, known := range s.schemas.DataSources {
		r.DataSourceSchemas[name] = protocol(known)
	}
	return r, nil
}

// GetResourceIdentitySchemas says that there are none.
func (s *standIn) GetResourceIdentitySchemas(context.Context, *tfprotov5.GetResourceIdentitySchemasRequest) (*tfprotov5.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov5.GetResourceIdentitySchemasResponse{}, nil
}

// PrepareProviderConfig leaves the settings as they are.
func (s *standIn) PrepareProviderConfig(_ context.Context, r *tfprotov5.PrepareProviderConfigRequest) (*tfprotov5.PrepareProviderConfigResponse, error) {
	return &tfprotov5.PrepareProviderConfigResponse{PreparedConfig: r.Config}, nil
}

// ConfigureProvider has nothing to configure.
func (s *standIn) ConfigureProvider(context.Context, *tfprotov5.ConfigureProviderRequest) (*tfprotov5.ConfigureProviderResponse, error) {
	return &tfprotov5.ConfigureProviderResponse{}, nil
}

// StopProvider has nothing to stop.
func (s *standIn) StopProvider(context.Context, *tfprotov5.StopProviderRequest) (*tfprotov5.StopProviderResponse, error) {
	return &tfprotov5.StopProviderResponse{}, nil
}

// ValidateResourceTypeConfig accepts what the schema accepts, which Terraform has looked at.
func (s *standIn) ValidateResourceTypeConfig(context.Context, *tfprotov5.ValidateResourceTypeConfigRequest) (*tfprotov5.ValidateResourceTypeConfigResponse, error) {
	return &tfprotov5.ValidateResourceTypeConfigResponse{}, nil
}

// ValidateDataSourceConfig does, too.
func (s *standIn) ValidateDataSourceConfig(context.Context, *tfprotov5.ValidateDataSourceConfigRequest) (*tfprotov5.ValidateDataSourceConfigResponse, error) {
	return &tfprotov5.ValidateDataSourceConfigResponse{}, nil
}

// PlanResourceChange plans what was asked for, and makes up the rest.
func (s *standIn) PlanResourceChange(_ context.Context, r *tfprotov5.PlanResourceChangeRequest) (*tfprotov5.PlanResourceChangeResponse, error) {
	planned, err := filled(s.schemas.Resources[r.TypeName].Block, r.TypeName, r.ProposedNewState)
	return &tfprotov5.PlanResourceChangeResponse{PlannedState: planned}, err
}

// ReadDataSource makes up what is not given.
func (s *standIn) ReadDataSource(_ context.Context, r *tfprotov5.ReadDataSourceRequest) (*tfprotov5.ReadDataSourceResponse, error) {
	state, err := filled(s.schemas.DataSources[r.TypeName].Block, r.TypeName, r.Config)
	return &tfprotov5.ReadDataSourceResponse{State: state}, err
}

// ApplyResourceChange refuses: nothing is to be believed made.
func (s *standIn) ApplyResourceChange(context.Context, *tfprotov5.ApplyResourceChangeRequest) (*tfprotov5.ApplyResourceChangeResponse, error) {
	return nil, errors.New("this provider plans, and makes nothing")
}

func filled(b schema.Block, kind string, value *tfprotov5.DynamicValue) (*tfprotov5.DynamicValue, error) {
	t := b.CtyType()
	v, err := msgpack.Unmarshal(value.MsgPack, t)
	if err != nil || v.IsNull() {
		return value, err
	}
	text, err := msgpack.Marshal(b.Fill(kind+".this", v), t)
	return &tfprotov5.DynamicValue{MsgPack: text}, err
}
