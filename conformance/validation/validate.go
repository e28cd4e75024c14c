package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/storage/names"
	"k8s.io/client-go/applyconfigurations"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	apiservice "k8s.io/kubernetes/pkg/api/service"
	"k8s.io/kubernetes/pkg/apis/apps"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	"k8s.io/kubernetes/pkg/apis/batch"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	api "k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	_ "k8s.io/kubernetes/pkg/apis/rbac/install"
	"k8s.io/kubernetes/pkg/capabilities"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/apps/statefulset"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/core/configmap"
	"k8s.io/kubernetes/pkg/registry/core/namespace"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolumeclaim"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/pkg/registry/core/secret"
	"k8s.io/kubernetes/pkg/registry/core/service"
	"k8s.io/kubernetes/pkg/registry/core/serviceaccount"
	"k8s.io/kubernetes/pkg/registry/networking/networkpolicy"
	"k8s.io/kubernetes/pkg/registry/policy/poddisruptionbudget"
	"k8s.io/kubernetes/pkg/registry/rbac/role"
	"k8s.io/kubernetes/pkg/registry/rbac/rolebinding"
)

const namespaceOfRequest = "ci"

var strategies = map[string]rest.RESTCreateStrategy{
	"ConfigMap":             configmap.Strategy,
	"CronJob":               cronjob.Strategy,
	"DaemonSet":             daemonset.Strategy,
	"Deployment":            deployment.Strategy,
	"Job":                   job.Strategy,
	"Namespace":             namespace.Strategy,
	"NetworkPolicy":         networkpolicy.Strategy,
	"PersistentVolumeClaim": persistentvolumeclaim.Strategy,
	"Pod":                   pod.Strategy,
	"PodDisruptionBudget":   poddisruptionbudget.Strategy,
	"Role":                  role.Strategy,
	"RoleBinding":           rolebinding.Strategy,
	"Secret":                secret.Strategy,
	"Service":               service.Strategy,
	"ServiceAccount":        serviceaccount.Strategy,
	"StatefulSet":           statefulset.Strategy,
}

var (
	strict = serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict)
	typed  = applyconfigurations.NewTypeConverter(clientscheme.Scheme)
)

func init() {
	// Engines need `kube-apiserver --allow-privileged`.
	capabilities.Setup(true, 0)
	// Kubernetes logs warnings. They aren't part of the answer.
	klog.SetLogger(logr.Discard())
}

// validate returns the answer of the API server for an object. A panic is a rejection, because the server recovers.
func validate(text []byte) (said answer) {
	defer func() {
		if cause := recover(); cause != nil {
			said = answer{Create: []string{fmt.Sprintf("panic: %v", cause)}}
		}
	}()
	object, kind, err := strict.UniversalDeserializer().Decode(text, nil, nil)
	if err != nil {
		return answer{Create: reasons(err)}
	}
	legacyscheme.Scheme.Default(object)
	internal, err := legacyscheme.Scheme.ConvertToVersion(object, runtime.InternalGroupVersioner)
	if err != nil {
		return answer{Create: reasons(err)}
	}
	if service, is := internal.(*api.Service); is {
		allocate(service)
	}
	said.Create = reasons(create(*kind, internal))
	said.Apply = reasons(apply(text))
	if said.Create == nil {
		said.Created = createdFrom(internal)
	}
	return said
}

func create(kind schema.GroupVersionKind, object runtime.Object) error {
	strategy, known := strategies[kind.Kind]
	if !known {
		return fmt.Errorf("no strategy for the kind %s", kind.Kind)
	}
	accessor, err := meta.Accessor(object)
	if err != nil {
		return err
	}
	requested := ""
	if strategy.NamespaceScoped() {
		requested = namespaceOfRequest
		if accessor.GetNamespace() != "" {
			requested = accessor.GetNamespace()
		}
		accessor.SetNamespace(requested)
	}
	if accessor.GetName() == "" && accessor.GetGenerateName() != "" {
		accessor.SetName(names.SimpleNameGenerator.GenerateName(accessor.GetGenerateName()))
	}
	rest.FillObjectMetaSystemFields(accessor)
	ctx := genericapirequest.WithNamespace(genericapirequest.NewContext(), requested)
	ctx = genericapirequest.WithRequestInfo(ctx, &genericapirequest.RequestInfo{
		APIGroup: kind.Group, APIVersion: kind.Version, Verb: "create", IsResourceRequest: true, Namespace: requested,
	})
	return rest.BeforeCreate(strategy, ctx, object)
}

// allocate sets the fields that the registry of Services sets before validation (pkg/registry/core/service/storage,
// normalizeClusterIPs and the allocators). The real allocators need a cluster.
func allocate(service *api.Service) {
	if service.Spec.ClusterIP != "" && len(service.Spec.ClusterIPs) == 0 {
		service.Spec.ClusterIPs = []string{service.Spec.ClusterIP}
	}
	if apiservice.NeedsHealthCheck(service) && service.Spec.HealthCheckNodePort == 0 {
		service.Spec.HealthCheckNodePort = 32000
	}
}

// apply returns the errors of server-side apply only: duplicate and missing keys of list items.
func apply(text []byte) error {
	object := map[string]any{}
	if err := json.Unmarshal(text, &object); err != nil {
		return err
	}
	_, err := typed.ObjectToTyped(&unstructured.Unstructured{Object: object})
	return err
}

// createdFrom validates the pod, and the claims of a StatefulSet, that a controller creates for a workload.
func createdFrom(object runtime.Object) []string {
	switch workload := object.(type) {
	case *apps.StatefulSet:
		said := podReasons(workload.Name+"-0", workload.Spec.Template, func(pod *api.Pod) {
			pod.Spec.Hostname = pod.Name
			pod.Spec.Subdomain = workload.Spec.ServiceName
			for _, template := range workload.Spec.VolumeClaimTemplates {
				pod.Spec.Volumes = append(pod.Spec.Volumes, api.Volume{
					Name: template.Name,
					VolumeSource: api.VolumeSource{PersistentVolumeClaim: &api.PersistentVolumeClaimVolumeSource{
						ClaimName: template.Name + "-" + pod.Name,
					}},
				})
			}
		})
		for _, template := range workload.Spec.VolumeClaimTemplates {
			claim := template.DeepCopy()
			claim.Name = template.Name + "-" + workload.Name + "-0"
			claim.Namespace = workload.Namespace
			said = append(said, reasons(create(schema.GroupVersionKind{Version: "v1", Kind: "PersistentVolumeClaim"}, claim))...)
		}
		return said
	case *apps.Deployment:
		return podReasons("pod", workload.Spec.Template, nil)
	case *apps.DaemonSet:
		return podReasons("pod", workload.Spec.Template, nil)
	case *batch.Job:
		return podReasons("pod", workload.Spec.Template, nil)
	case *batch.CronJob:
		return podReasons("pod", workload.Spec.JobTemplate.Spec.Template, nil)
	}
	return nil
}

func podReasons(name string, template api.PodTemplateSpec, change func(*api.Pod)) []string {
	pod := &api.Pod{ObjectMeta: *template.ObjectMeta.DeepCopy(), Spec: *template.Spec.DeepCopy()}
	pod.Name = name
	// The admission plugin ServiceAccount sets these fields.
	if pod.Spec.ServiceAccountName == "" {
		pod.Spec.ServiceAccountName = "default"
		pod.Spec.DeprecatedServiceAccount = "default"
	}
	pod.Namespace = ""
	pod.GenerateName = ""
	if change != nil {
		change(pod)
	}
	// The controllers send pods to the API server, which sets their defaults.
	versioned, err := legacyscheme.Scheme.ConvertToVersion(pod, schema.GroupVersion{Version: "v1"})
	if err != nil {
		return reasons(err)
	}
	legacyscheme.Scheme.Default(versioned)
	internal, err := legacyscheme.Scheme.ConvertToVersion(versioned, runtime.InternalGroupVersioner)
	if err != nil {
		return reasons(err)
	}
	return reasons(create(schema.GroupVersionKind{Version: "v1", Kind: "Pod"}, internal))
}

func reasons(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}
