// Command karpenter runs Karpenter's controllers with its kwok provider, whose nodes are simulated. It replaces
// Karpenter's own command, which serves metrics and probes on all addresses. This one doesn't listen at all.
//
// A stand-in: the provider's instance types also have the two labels of EC2 instance types that the NodePools of the
// tests require. So these NodePools need no change except the node class.
//
//	karpenter [FLAGS] KUBECONFIG
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/go-logr/zapr"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/karpenter/kwok/apis/v1alpha1"
	kwok "sigs.k8s.io/karpenter/kwok/cloudprovider"
	karpenter "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/cloudprovider"
	"sigs.k8s.io/karpenter/pkg/controllers"
	"sigs.k8s.io/karpenter/pkg/controllers/nodeoverlay"
	"sigs.k8s.io/karpenter/pkg/controllers/state"
	"sigs.k8s.io/karpenter/pkg/events"
	"sigs.k8s.io/karpenter/pkg/operator/injection"
	"sigs.k8s.io/karpenter/pkg/operator/logging"
	"sigs.k8s.io/karpenter/pkg/operator/options"
	"sigs.k8s.io/karpenter/pkg/scheduling"
)

const (
	ec2CPU  = "karpenter.k8s.aws/instance-cpu"
	ec2NVMe = "karpenter.k8s.aws/instance-local-nvme"
	// The family of instance types without local disks. It is the provider's cheapest family.
	diskless = "c"
	// The size of the local disks of the other families, in GiB.
	diskSize = "474"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	ctx := injection.WithOptionsOrDie(ctrl.SetupSignalHandler(), options.Injectables...)
	logger := zapr.NewLogger(logging.NewLogger(ctx, "controller"))
	log.SetLogger(logger)
	ctx = log.IntoContext(ctx, logger)

	config, err := clientcmd.BuildConfigFromFlags("", os.Args[len(os.Args)-1])
	if err != nil {
		return err
	}
	config.QPS = float32(options.FromContext(ctx).KubeClientQPS)
	config.Burst = options.FromContext(ctx).KubeClientBurst
	mgr, err := ctrl.NewManager(config, ctrl.Options{
		Logger: logging.IgnoreDebugEvents(logger),
		// "0" means no server.
		Metrics:                metricsserver.Options{BindAddress: "0"},
		HealthProbeBindAddress: "0",
		// The controllers read their options from the context.
		BaseContext: func() context.Context { return ctx },
	})
	if err != nil {
		return err
	}
	if err := addIndexes(ctx, mgr); err != nil {
		return err
	}

	instanceTypes, err := kwok.ConstructInstanceTypes(ctx)
	if err != nil {
		return err
	}
	addEC2Labels(instanceTypes)
	provider := kwok.NewCloudProvider(ctx, mgr.GetClient(), instanceTypes)
	recorder := events.NewRecorder(mgr.GetEventRecorderFor("karpenter")) //nolint:staticcheck // Karpenter's recorder needs it.
	now := clock.RealClock{}
	for _, controller := range controllers.NewControllers(
		ctx, mgr, now, mgr.GetClient(), recorder, provider, provider,
		state.NewCluster(now, mgr.GetClient(), provider), nodeoverlay.NewInstanceTypeStore(),
	) {
		if err := controller.Register(ctx, mgr); err != nil {
			return err
		}
	}
	return mgr.Start(ctx)
}

// addIndexes adds the indexes that the controllers query, as Karpenter's operator does (pkg/operator/operator.go@v1.14.1).
func addIndexes(ctx context.Context, mgr manager.Manager) error {
	for _, index := range []struct {
		object client.Object
		field  string
		value  func(client.Object) string
	}{
		{&corev1.Pod{}, "spec.nodeName", func(o client.Object) string { return o.(*corev1.Pod).Spec.NodeName }},
		{&corev1.Node{}, "spec.providerID", func(o client.Object) string { return o.(*corev1.Node).Spec.ProviderID }},
		{&storagev1.VolumeAttachment{}, "spec.nodeName", func(o client.Object) string {
			return o.(*storagev1.VolumeAttachment).Spec.NodeName
		}},
		{&karpenter.NodeClaim{}, "status.providerID", func(o client.Object) string {
			return o.(*karpenter.NodeClaim).Status.ProviderID
		}},
		{&karpenter.NodeClaim{}, "spec.nodeClassRef.group", func(o client.Object) string {
			return o.(*karpenter.NodeClaim).Spec.NodeClassRef.Group
		}},
		{&karpenter.NodeClaim{}, "spec.nodeClassRef.kind", func(o client.Object) string {
			return o.(*karpenter.NodeClaim).Spec.NodeClassRef.Kind
		}},
		{&karpenter.NodeClaim{}, "spec.nodeClassRef.name", func(o client.Object) string {
			return o.(*karpenter.NodeClaim).Spec.NodeClassRef.Name
		}},
		{&karpenter.NodePool{}, "spec.template.spec.nodeClassRef.group", func(o client.Object) string {
			return o.(*karpenter.NodePool).Spec.Template.Spec.NodeClassRef.Group
		}},
		{&karpenter.NodePool{}, "spec.template.spec.nodeClassRef.kind", func(o client.Object) string {
			return o.(*karpenter.NodePool).Spec.Template.Spec.NodeClassRef.Kind
		}},
		{&karpenter.NodePool{}, "spec.template.spec.nodeClassRef.name", func(o client.Object) string {
			return o.(*karpenter.NodePool).Spec.Template.Spec.NodeClassRef.Name
		}},
	} {
		value := index.value
		if err := mgr.GetFieldIndexer().IndexField(ctx, index.object, index.field, func(o client.Object) []string {
			return []string{value(o)}
		}); err != nil {
			return err
		}
	}
	return nil
}

// addEC2Labels gives the instance types the labels of Karpenter's EC2 provider.
func addEC2Labels(instanceTypes []*cloudprovider.InstanceType) {
	karpenter.WellKnownLabels.Insert(ec2CPU, ec2NVMe)
	for _, instanceType := range instanceTypes {
		requirements := instanceType.Requirements
		cpu := requirements.Get(v1alpha1.InstanceCPULabelKey).Any()
		requirements.Add(scheduling.NewRequirement(ec2CPU, corev1.NodeSelectorOpIn, cpu))
		if requirements.Get(v1alpha1.InstanceFamilyLabelKey).Any() == diskless {
			requirements.Add(scheduling.NewRequirement(ec2NVMe, corev1.NodeSelectorOpDoesNotExist))
		} else {
			requirements.Add(scheduling.NewRequirement(ec2NVMe, corev1.NodeSelectorOpIn, diskSize))
		}
	}
}
