package main

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// roots contains the kinds that the library creates, and all kinds that have pods.
var roots = []any{
	appsv1.DaemonSet{}, appsv1.Deployment{}, appsv1.StatefulSet{},
	batchv1.CronJob{}, batchv1.Job{},
	corev1.ConfigMap{}, corev1.Namespace{}, corev1.PersistentVolumeClaim{}, corev1.Pod{}, corev1.Secret{},
	corev1.Service{}, corev1.ServiceAccount{},
	networkingv1.NetworkPolicy{},
	policyv1.PodDisruptionBudget{},
	rbacv1.ClusterRole{}, rbacv1.ClusterRoleBinding{}, rbacv1.Role{}, rbacv1.RoleBinding{},
}

var special = map[reflect.Type]string{
	reflect.TypeOf(resource.Quantity{}):    "Quantity",
	reflect.TypeOf(intstr.IntOrString{}):   "IntOrString",
	reflect.TypeOf(metav1.Time{}):          "Time",
	reflect.TypeOf(metav1.MicroTime{}):     "Time",
	reflect.TypeOf(metav1.FieldsV1{}):      "any",
	reflect.TypeOf(runtime.RawExtension{}): "any",
	reflect.TypeOf([]byte{}):               "bytes",
}

// printTypes prints the types as JSON. Each type is a list of its fields, in order, as `name: type`.
func printTypes() {
	types := map[string][]string{}
	for _, root := range roots {
		add(types, reflect.TypeOf(root))
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(types); err != nil {
		panic(err)
	}
}

func add(types map[string][]string, of reflect.Type) {
	if _, done := types[of.Name()]; done {
		return
	}
	types[of.Name()] = nil
	types[of.Name()] = fields(types, of)
}

func fields(types map[string][]string, of reflect.Type) []string {
	all := []string{}
	for index := range of.NumField() {
		field := of.Field(index)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case name == "" && field.Anonymous, strings.Contains(options, "inline"):
			all = append(all, fields(types, field.Type)...)
		case name == "status":
			all = append(all, "status: any")
		default:
			all = append(all, name+": "+typeOf(types, field.Type))
		}
	}
	return all
}

func typeOf(types map[string][]string, of reflect.Type) string {
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if name, known := special[of]; known {
		return name
	}
	switch of.Kind() {
	case reflect.Struct:
		add(types, of)
		return of.Name()
	case reflect.Slice:
		return typeOf(types, of.Elem()) + "[]"
	case reflect.Map:
		return typeOf(types, of.Elem()) + "{}"
	default:
		return of.Kind().String()
	}
}
