module example.com/platform

go 1.25

require (
	github.com/aws/constructs-go/constructs/v10 v10.4.2
	github.com/aws/jsii-runtime-go v1.140.0
	github.com/cdk8s-dagger/cdk8s-dagger-go/cdk8sdagger v0.0.0
	github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2 v2.70.0
	github.com/cdk8s-team/cdk8s-plus-go/cdk8splus28/v2 v2.5.6
)

// Built from this repository (docs/how-to/use-go.md), until the module is published.
replace github.com/cdk8s-dagger/cdk8s-dagger-go/cdk8sdagger => ../../../dist-go/go/cdk8sdagger
