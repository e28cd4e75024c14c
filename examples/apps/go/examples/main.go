// Four of the examples in this repository, with the same manifests as in dist/.
package main

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-dagger/cdk8s-dagger-go/cdk8sdagger"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
	"github.com/cdk8s-team/cdk8s-plus-go/cdk8splus28/v2"
	"github.com/cdk8s-team/cdk8s-plus-go/cdk8splus28/v2/k8s"
)

var version = jsii.String("v0.21.8")

var resources = &cdk8sdagger.EngineResources{
	Requests: &map[string]*string{"cpu": jsii.String("4"), "memory": jsii.String("16Gi")},
}

func main() {
	app := cdk8s.NewApp(nil)
	helmDefaultDaemonSet(app)
	mtlsPool(app)
	gitLabRunner(app)
	engineFleet(app)
	app.Synth()
}

func newChart(app cdk8s.App, id string) cdk8s.Chart {
	return cdk8s.NewChart(app, &id, &cdk8s.ChartProps{Namespace: jsii.String("dagger")})
}

func helmDefaultDaemonSet(app cdk8s.App) {
	chart := newChart(app, "helm-default-daemonset")
	cdk8sdagger.NewEngineDaemonSet(chart, jsii.String("node-engine"), &cdk8sdagger.EngineDaemonSetProps{
		Version:   version,
		Resources: resources,
		// The node's setup creates this directory after it has mounted the disk.
		Cache: cdk8sdagger.CacheVolume_HostPath(&cdk8sdagger.HostPathCacheOptions{
			Path:      jsii.String("/mnt/nvme/dagger"),
			MustExist: jsii.Bool(true),
		}),
		HostSocket:   cdk8sdagger.HostSocket_FromPath(jsii.String("/run/dagger")),
		NodeSelector: &map[string]*string{"example.com/local-nvme": jsii.String("true")},
	})
}

func mtlsPool(app cdk8s.App) {
	chart := newChart(app, "mtls-pool-cert-manager")
	pool := cdk8sdagger.NewEngineStatefulSet(chart, jsii.String("mtls-pool"), &cdk8sdagger.EngineStatefulSetProps{
		Version:   version,
		Replicas:  jsii.Number(3),
		Resources: resources,
		Cache: cdk8sdagger.CacheVolume_ClaimTemplate(&cdk8sdagger.ClaimTemplateCacheOptions{
			Size:             cdk8s.Size_Gibibytes(jsii.Number(200)),
			StorageClassName: jsii.String("gp3"),
		}),
		Listener: cdk8sdagger.Listener_Tls(&cdk8sdagger.TlsListenerOptions{
			// With a private CA, the pool rejects all other certificates in the cluster.
			Certificates: cdk8sdagger.Certificates_PrivateCa(&cdk8sdagger.PrivateCaOptions{
				Duration: cdk8s.Duration_Days(jsii.Number(7)),
				Clients:  &cdk8sdagger.CertificateOptions{Duration: cdk8s.Duration_Days(jsii.Number(1))},
			}),
			AllowedClients: jsii.Strings("ci-runners"),
		}),
	})
	runners := cdk8splus28.NewDeployment(chart, jsii.String("runners"), &cdk8splus28.DeploymentProps{
		Replicas: jsii.Number(2),
		Containers: &[]*cdk8splus28.ContainerProps{
			{Name: jsii.String("runner"), Image: jsii.String("registry.example.com/ci/runner:1.4.2")},
		},
	})
	pool.Connect(runners, &cdk8sdagger.ConnectOptions{Certificate: pool.IssueClient(jsii.String("ci-runners"), nil)})
}

func gitLabRunner(app cdk8s.App) {
	chart := newChart(app, "gitlab-runner")
	engine := cdk8sdagger.NewEngineDaemonSet(chart, jsii.String("gitlab-engine"), &cdk8sdagger.EngineDaemonSetProps{
		Version:      version,
		Resources:    resources,
		NodeSelector: &map[string]*string{"example.com/ci": jsii.String("true")},
		Tolerations: &[]*k8s.Toleration{
			{Key: jsii.String("example.com/ci"), Operator: jsii.String("Exists"), Effect: jsii.String("NoSchedule")},
		},
	})
	config := cdk8sdagger.NewGitLabRunnerConfig(&cdk8sdagger.GitLabRunnerConfigOptions{
		Engine: cdk8sdagger.EngineAccess_FromConnection(
			engine.AddClient(&cdk8sdagger.AddClientOptions{Name: jsii.String("gitlab-jobs")}),
		),
		Image:       jsii.String("registry.example.com/ci/dagger:v0.21.8"),
		Environment: &map[string]*string{"HOME": jsii.String("/tmp")},
	})
	cdk8sdagger.NewGitLabOperatorRunner(chart, jsii.String("gitlab-runner"), &cdk8sdagger.GitLabOperatorRunnerProps{
		Config:      config,
		GitlabUrl:   jsii.String("https://gitlab.example.com"),
		TokenSecret: jsii.String("gitlab-runner"),
		Spec:        &map[string]interface{}{"tags": "dagger", "concurrent": 20},
	})
}

func engineFleet(app cdk8s.App) {
	props := func() *cdk8sdagger.EngineStatefulSetProps {
		return &cdk8sdagger.EngineStatefulSetProps{
			Version: jsii.String("v0.21.11"),
			Cache: cdk8sdagger.CacheVolume_ClaimTemplate(&cdk8sdagger.ClaimTemplateCacheOptions{
				Size:             cdk8s.Size_Gibibytes(jsii.Number(200)),
				StorageClassName: jsii.String("fast-ssd"),
			}),
			Listener:  cdk8sdagger.Listener_Tls(&cdk8sdagger.TlsListenerOptions{Certificates: cdk8sdagger.Certificates_PrivateCa(nil)}),
			Resources: resources,
		}
	}
	fleet := cdk8sdagger.NewEngineFleet(newChart(app, "engine-fleet"), jsii.String("dagger"), &cdk8sdagger.EngineFleetProps{
		Topology: cdk8sdagger.FleetTopology_StatefulSet(props()),
		Members: &[]*cdk8sdagger.FleetMemberOptions{
			{Version: version, Retirement: cdk8sdagger.Retirement_NoNewClients(jsii.String("v0-21-11"), nil)},
			{Version: jsii.String("v0.21.11")},
		},
	})

	namespace := jsii.String("dagger-forks")
	untrusted := props()
	untrusted.NodeSelector = &map[string]*string{"example.com/untrusted": jsii.String("true")}
	untrusted.Tolerations = &[]*k8s.Toleration{
		{Key: jsii.String("example.com/untrusted"), Operator: jsii.String("Exists"), Effect: jsii.String("NoSchedule")},
	}
	forks := fleet.AddMember(&cdk8sdagger.FleetMemberOptions{
		Key:        jsii.String("forks"),
		Scope:      cdk8s.NewChart(app, jsii.String("engine-fleet-forks"), &cdk8s.ChartProps{Namespace: namespace}),
		TrustLevel: cdk8sdagger.TrustLevel_Untrusted(&cdk8sdagger.UntrustedOptions{PublicInternet: jsii.Bool(true)}),
		Topology:   cdk8sdagger.FleetTopology_StatefulSet(untrusted),
	})
	name := jsii.String("arc-runners")
	fleet.Member(jsii.String("v0-21-11")).Engine().AddClient(&cdk8sdagger.AddClientOptions{Name: name})
	forks.Engine().AddClient(&cdk8sdagger.AddClientOptions{Name: name, Namespace: namespace})
}
