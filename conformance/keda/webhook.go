package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// scaled is a ScaledObject and its workload.
type scaled struct {
	ScaledObject kedav1alpha1.ScaledObject `json:"scaledObject"`
	Workload     json.RawMessage           `json:"workload"`
}

// verdict is the answer of KEDA's webhook.
type verdict struct {
	Error    string   `json:"error,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

// cluster is a Kubernetes client for a namespace with one workload.
type cluster struct {
	client.Client
	workload json.RawMessage
}

// Get returns the workload.
func (c *cluster) Get(_ context.Context, _ client.ObjectKey, object client.Object, _ ...client.GetOption) error {
	return json.Unmarshal(c.workload, object)
}

// List returns nothing: the namespace has no other ScaledObjects, no HorizontalPodAutoscalers and no LimitRanges.
func (c *cluster) List(context.Context, client.ObjectList, ...client.ListOption) error { return nil }

// validate runs KEDA's webhook for ScaledObjects.
func validate() error {
	var input []scaled
	if err := json.NewDecoder(os.Stdin).Decode(&input); err != nil {
		return fmt.Errorf("decode the ScaledObjects: %w", err)
	}
	mapper := meta.NewDefaultRESTMapper(nil)
	for _, kind := range []string{"Deployment", "StatefulSet"} {
		mapper.Add(appsv1.SchemeGroupVersion.WithKind(kind), meta.RESTScopeNamespace)
	}
	answers := make([]verdict, len(input))
	for i := range input {
		warnings, err := kedav1alpha1.ValidateWith(&input[i].ScaledObject, &cluster{workload: input[i].Workload}, mapper)
		answers[i].Warnings = warnings
		if err != nil {
			answers[i].Error = err.Error()
		}
	}
	return json.NewEncoder(os.Stdout).Encode(answers)
}
