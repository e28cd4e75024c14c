package v1alpha1

import (
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// ValidateWith runs the checks of KEDA's webhook, with the objects that a client returns. KEDA gets the client from its
// manager.
func ValidateWith(so *ScaledObject, kube client.Client, mapper meta.RESTMapper) ([]string, error) {
	kc, restMapper = kube, mapper
	return validateWorkload(so, "create", false)
}
