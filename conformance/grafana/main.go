// Command grafana checks dashboards against the schema of Grafana: unknown fields, missing fields and wrong types, also
// in the options of panels and in Prometheus queries.
//
//	grafana < dashboards.json           reads a list of dashboards, and prints a list with an error or "" for each
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

func main() {
	// The kinds of panels and queries in the library's dashboards.
	runtime := cog.NewRuntime()
	runtime.RegisterPanelcfgVariant(stat.VariantConfig())
	runtime.RegisterPanelcfgVariant(timeseries.VariantConfig())
	runtime.RegisterDataqueryVariant(prometheus.VariantConfig())
	var dashboards []json.RawMessage
	if err := json.NewDecoder(os.Stdin).Decode(&dashboards); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	answers := make([]string, len(dashboards))
	for i, raw := range dashboards {
		if err := check(raw); err != nil {
			answers[i] = err.Error()
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check(raw []byte) error {
	var parsed dashboard.Dashboard
	if err := parsed.UnmarshalJSONStrict(raw); err != nil {
		return err
	}
	return parsed.Validate()
}
