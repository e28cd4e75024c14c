// Command gitops runs the code with which Argo CD and Flux judge objects.
//
//	gitops health < objects.json    prints the health of each object in Argo CD
//	gitops diff < pairs.json        prints the changes that a sync of Argo CD would make to each live object
//	gitops status < objects.json    prints the status of each object in Flux
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/diff"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/health"
	"github.com/fluxcd/cli-utils/pkg/kstatus/polling/engine"
	"github.com/fluxcd/cli-utils/pkg/kstatus/polling/statusreaders"
	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// judged is an object, and the Lua code of Argo CD for its kind.
type judged struct {
	Object map[string]any `json:"object"`
	Lua    string         `json:"lua"`
}

// verdict is the health of an object. The status is empty for kinds without health.
type verdict struct {
	Status  string `json:"status"`
	Message string `json:"message,omitempty"`
}

// observed is an object, and the pods in its namespace.
type observed struct {
	Object *unstructured.Unstructured   `json:"object"`
	Pods   []*unstructured.Unstructured `json:"pods"`
}

// pair is an object in Git and in the cluster.
type pair struct {
	Config map[string]any `json:"config"`
	Live   map[string]any `json:"live"`
}

// difference is the object that a sync would create, if it differs from the live object.
type difference struct {
	Modified  bool            `json:"modified"`
	Live      json.RawMessage `json:"live"`
	Predicted json.RawMessage `json:"predicted"`
}

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("usage: gitops health|diff|status"))
	}
	var err error
	switch os.Args[1] {
	case "health":
		err = each(healthOf)
	case "diff":
		err = each(differenceOf)
	case "status":
		err = each(statusOf)
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

// each reads a list, and prints the list of results.
func each[In, Out any](answer func(In) (Out, error)) error {
	var all []In
	if err := json.NewDecoder(os.Stdin).Decode(&all); err != nil {
		return err
	}
	answers := make([]Out, len(all))
	for i, one := range all {
		var err error
		if answers[i], err = answer(one); err != nil {
			return err
		}
	}
	return json.NewEncoder(os.Stdout).Encode(answers)
}

func healthOf(one judged) (verdict, error) {
	var override health.HealthOverride
	if one.Lua != "" {
		override = script(one.Lua)
	}
	status, err := health.GetResourceHealth(&unstructured.Unstructured{Object: one.Object}, override)
	if err != nil || status == nil {
		return verdict{}, err
	}
	return verdict{Status: string(status.Status), Message: status.Message}, nil
}

func differenceOf(one pair) (difference, error) {
	config, live := &unstructured.Unstructured{Object: one.Config}, &unstructured.Unstructured{Object: one.Live}
	result, err := diff.Diff(config, live)
	if err != nil {
		return difference{}, err
	}
	return difference{Modified: result.Modified, Live: result.NormalizedLive, Predicted: result.PredictedLive}, nil
}

func statusOf(one observed) (verdict, error) {
	core, apps := schema.GroupVersion{Version: "v1"}, schema.GroupVersion{Group: "apps", Version: "v1"}
	mapper := meta.NewDefaultRESTMapper([]schema.GroupVersion{core, apps})
	mapper.Add(core.WithKind("Pod"), meta.RESTScopeNamespace)
	mapper.Add(apps.WithKind("ReplicaSet"), meta.RESTScopeNamespace)
	reader := statusreaders.NewDefaultStatusReader(mapper)
	result, err := reader.ReadStatusForObject(context.Background(), pods{items: one.Pods}, one.Object)
	if err != nil {
		return verdict{}, err
	}
	return verdict{Status: string(result.Status), Message: result.Message}, result.Error
}

// pods is a cluster that contains only pods. kstatus reads the ReplicaSets of a Deployment, but doesn't use them.
type pods struct {
	engine.ClusterReader
	items []*unstructured.Unstructured
}

func (all pods) ListNamespaceScoped(
	_ context.Context, list *unstructured.UnstructuredList, _ string, selector labels.Selector,
) error {
	for _, pod := range all.items {
		if pod.GetKind() == list.GetKind() && selector.Matches(labels.Set(pod.GetLabels())) {
			list.Items = append(list.Items, *pod)
		}
	}
	return nil
}

// script is Lua code that returns the health of the global obj (argo-cd util/lua/lua.go@v3.4.11).
type script string

func (code script) GetResourceHealth(object *unstructured.Unstructured) (*health.HealthStatus, error) {
	state := lua.NewState()
	defer state.Close()
	state.SetGlobal("obj", value(state, object.Object))
	if err := state.DoString(string(code)); err != nil {
		return nil, err
	}
	table, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		return nil, fmt.Errorf("the script returns no table")
	}
	status := lua.LVAsString(table.RawGetString("status"))
	message := lua.LVAsString(table.RawGetString("message"))
	return &health.HealthStatus{Status: health.HealthStatusCode(status), Message: message}, nil
}

// value converts JSON into Lua.
func value(state *lua.LState, json any) lua.LValue {
	switch json := json.(type) {
	case map[string]any:
		table := state.NewTable()
		for key, inner := range json {
			table.RawSetString(key, value(state, inner))
		}
		return table
	case []any:
		table := state.NewTable()
		for _, inner := range json {
			table.Append(value(state, inner))
		}
		return table
	case string:
		return lua.LString(json)
	case bool:
		return lua.LBool(json)
	case float64:
		return lua.LNumber(json)
	default:
		return lua.LNil
	}
}
