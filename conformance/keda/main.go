// Command keda runs KEDA's scalers and its webhook for ScaledObjects.
//
//	keda check < triggers.json          parses each trigger, and prints its type and target
//	keda validate < objects.json        validates ScaledObjects and their workloads as KEDA's webhook does
//	keda simulate < simulation.json     runs engines, clients and an autoscaler, and prints the result
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/kedacore/keda/v2/pkg/scalers"
	"github.com/kedacore/keda/v2/pkg/scalers/scalersconfig"
	v2 "k8s.io/api/autoscaling/v2"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// trigger is a trigger of a ScaledObject.
type trigger struct {
	Type       string              `json:"type"`
	Metadata   map[string]string   `json:"metadata"`
	MetricType v2.MetricTargetType `json:"metricType"`
}

// parsed is KEDA's view of a trigger.
type parsed struct {
	Type   string `json:"type"`
	Error  string `json:"error,omitempty"`
	Target string `json:"target,omitempty"`
}

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("usage: keda check|validate|simulate"))
	}
	var err error
	switch os.Args[1] {
	case "check":
		err = check()
	case "validate":
		err = validate()
	case "simulate":
		err = simulateAll()
	default:
		err = fmt.Errorf("unknown command %s", os.Args[1])
	}
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// check parses a list of triggers for each ScaledObject.
func check() error {
	var lists [][]trigger
	if err := json.NewDecoder(os.Stdin).Decode(&lists); err != nil {
		return err
	}
	answers := make([][]parsed, len(lists))
	for i, list := range lists {
		for index, one := range list {
			answers[i] = append(answers[i], parse(one, index))
		}
	}
	return json.NewEncoder(os.Stdout).Encode(answers)
}

func parse(one trigger, index int) parsed {
	scaler, err := newScaler(one, index, nil)
	if err != nil {
		return parsed{Type: one.Type, Error: err.Error()}
	}
	defer scaler.Close(context.Background())
	target := scaler.GetMetricSpecForScaling(context.Background())[0].External.Target
	return parsed{Type: one.Type, Target: fmt.Sprintf("%s %s", target.Type, target.AverageValue)}
}

func newScaler(one trigger, index int, kube client.Client) (scalers.Scaler, error) {
	config := &scalersconfig.ScalerConfig{
		ScalableObjectName:      "pool",
		ScalableObjectNamespace: "ci",
		ScalableObjectType:      "ScaledObject",
		TriggerMetadata:         one.Metadata,
		TriggerIndex:            index,
		MetricType:              one.MetricType,
		AuthParams:              map[string]string{},
		ResolvedEnv:             map[string]string{},
		// The default of KEDA_HTTP_DEFAULT_TIMEOUT (cmd/operator/main.go@v2.21.0).
		GlobalHTTPTimeout: 3 * time.Second,
	}
	switch one.Type {
	case "metrics-api":
		return scalers.NewMetricsAPIScaler(config, kube)
	case "cron":
		return scalers.NewCronScaler(config)
	default:
		return nil, fmt.Errorf("no scaler for %s", one.Type)
	}
}
