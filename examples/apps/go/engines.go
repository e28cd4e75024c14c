package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-dagger/cdk8s-dagger-go/cdk8sdagger"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
	"github.com/cdk8s-team/cdk8s-plus-go/cdk8splus28/v2"
)

// EnginesChart is the pool of the platform team.
type EnginesChart struct {
	cdk8s.Chart
	Pool cdk8sdagger.EngineStatefulSet
}

// NewEnginesChart creates a pool that accepts the client certificates with the names of teams.
func NewEnginesChart(scope constructs.Construct, id, version string, teams ...string) EnginesChart {
	chart := cdk8s.NewChart(scope, &id, &cdk8s.ChartProps{Namespace: jsii.String("engines")})
	cdk8sdagger.NewEngineNamespace(chart, jsii.String("namespace"), nil)
	pool := cdk8sdagger.NewEngineStatefulSet(chart, jsii.String("pool"), &cdk8sdagger.EngineStatefulSetProps{
		Version:  &version,
		Replicas: jsii.Number(2),
		Resources: &cdk8sdagger.EngineResources{
			Requests: &map[string]*string{"cpu": jsii.String("4"), "memory": jsii.String("16Gi")},
		},
		Cache: cdk8sdagger.CacheVolume_ClaimTemplate(&cdk8sdagger.ClaimTemplateCacheOptions{
			Size: cdk8s.Size_Gibibytes(jsii.Number(200)),
		}),
		Listener: cdk8sdagger.Listener_Tls(&cdk8sdagger.TlsListenerOptions{
			Certificates: cdk8sdagger.Certificates_IssuedBy(&cdk8sdagger.CertificateIssuer{
				Name: jsii.String("platform-ca"),
				Kind: jsii.String("ClusterIssuer"),
			}, nil),
			AllowedClients: jsii.Strings(teams...),
		}),
	})
	return EnginesChart{chart, pool}
}

// NewTeamChart creates the namespace of a team, with a runner that uses the pool.
func NewTeamChart(scope constructs.Construct, team string, pool cdk8sdagger.EngineStatefulSet) cdk8s.Chart {
	chart := cdk8s.NewChart(scope, &team, &cdk8s.ChartProps{Namespace: &team})
	cdk8s.NewApiObject(chart, jsii.String("namespace"), &cdk8s.ApiObjectProps{
		ApiVersion: jsii.String("v1"),
		Kind:       jsii.String("Namespace"),
		Metadata:   &cdk8s.ApiObjectMetadata{Name: &team},
	})
	runner := cdk8splus28.NewDeployment(chart, jsii.String("runner"), &cdk8splus28.DeploymentProps{
		Metadata: &cdk8s.ApiObjectMetadata{Name: jsii.String("runner")},
		Containers: &[]*cdk8splus28.ContainerProps{
			{Name: jsii.String("runner"), Image: jsii.String("registry.example.com/runner:1")},
		},
	})
	pool.Connect(runner, &cdk8sdagger.ConnectOptions{
		Certificate: pool.IssueClient(&team, &cdk8sdagger.IssueClientOptions{Namespace: &team, Scope: chart}),
	})
	return chart
}
