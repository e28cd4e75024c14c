package com.example;

import io.github.cdk8sdagger.AddClientOptions;
import io.github.cdk8sdagger.CacheVolume;
import io.github.cdk8sdagger.CertificateOptions;
import io.github.cdk8sdagger.Certificates;
import io.github.cdk8sdagger.ClaimTemplateCacheOptions;
import io.github.cdk8sdagger.ConnectOptions;
import io.github.cdk8sdagger.EngineAccess;
import io.github.cdk8sdagger.EngineDaemonSet;
import io.github.cdk8sdagger.EngineFleet;
import io.github.cdk8sdagger.EngineResources;
import io.github.cdk8sdagger.EngineStatefulSet;
import io.github.cdk8sdagger.EngineStatefulSetProps;
import io.github.cdk8sdagger.FleetMember;
import io.github.cdk8sdagger.FleetMemberOptions;
import io.github.cdk8sdagger.FleetTopology;
import io.github.cdk8sdagger.GitLabOperatorRunner;
import io.github.cdk8sdagger.GitLabRunnerConfig;
import io.github.cdk8sdagger.HostPathCacheOptions;
import io.github.cdk8sdagger.HostSocket;
import io.github.cdk8sdagger.Listener;
import io.github.cdk8sdagger.PrivateCaOptions;
import io.github.cdk8sdagger.Retirement;
import io.github.cdk8sdagger.TlsListenerOptions;
import io.github.cdk8sdagger.TrustLevel;
import io.github.cdk8sdagger.UntrustedOptions;
import java.util.List;
import java.util.Map;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import org.cdk8s.Duration;
import org.cdk8s.Size;
import org.cdk8s.plus28.ContainerProps;
import org.cdk8s.plus28.Deployment;
import org.cdk8s.plus28.k8s.Toleration;

/** Four of the examples in this repository, with the same manifests as in dist/. */
public class Examples {
    private static final String VERSION = "v0.21.8";

    public static void main(String[] args) {
        App app = new App();
        helmDefaultDaemonSet(newChart(app, "helm-default-daemonset"));
        mtlsPool(newChart(app, "mtls-pool-cert-manager"));
        gitLabRunner(newChart(app, "gitlab-runner"));
        engineFleet(newChart(app, "engine-fleet"), app);
        app.synth();
    }

    private static Chart newChart(App app, String id) {
        return new Chart(app, id, ChartProps.builder().namespace("dagger").build());
    }

    private static EngineResources resources() {
        return EngineResources.builder().requests(Map.of("cpu", "4", "memory", "16Gi")).build();
    }

    private static void helmDefaultDaemonSet(Chart chart) {
        EngineDaemonSet.Builder.create(chart, "node-engine")
            .version(VERSION)
            .resources(resources())
            // The node's setup creates this directory after it has mounted the disk.
            .cache(CacheVolume.hostPath(
                HostPathCacheOptions.builder().path("/mnt/nvme/dagger").mustExist(true).build()))
            .hostSocket(HostSocket.fromPath("/run/dagger"))
            .nodeSelector(Map.of("example.com/local-nvme", "true"))
            .build();
    }

    private static void mtlsPool(Chart chart) {
        EngineStatefulSet pool = EngineStatefulSet.Builder.create(chart, "mtls-pool")
            .version(VERSION)
            .replicas(3)
            .resources(resources())
            .cache(CacheVolume.claimTemplate(
                ClaimTemplateCacheOptions.builder().size(Size.gibibytes(200)).storageClassName("gp3").build()))
            .listener(Listener.tls(TlsListenerOptions.builder()
                // With a private CA, the pool rejects all other certificates in the cluster.
                .certificates(Certificates.privateCa(PrivateCaOptions.builder()
                    .duration(Duration.days(7))
                    .clients(CertificateOptions.builder().duration(Duration.days(1)).build())
                    .build()))
                .allowedClients(List.of("ci-runners"))
                .build()))
            .build();
        Deployment runners = Deployment.Builder.create(chart, "runners")
            .replicas(2)
            .containers(List.of(
                ContainerProps.builder().name("runner").image("registry.example.com/ci/runner:1.4.2").build()))
            .build();
        pool.connect(runners, ConnectOptions.builder().certificate(pool.issueClient("ci-runners")).build());
    }

    private static void gitLabRunner(Chart chart) {
        EngineDaemonSet engine = EngineDaemonSet.Builder.create(chart, "gitlab-engine")
            .version(VERSION)
            .resources(resources())
            .nodeSelector(Map.of("example.com/ci", "true"))
            .tolerations(List.of(
                Toleration.builder().key("example.com/ci").operator("Exists").effect("NoSchedule").build()))
            .build();
        GitLabRunnerConfig config = GitLabRunnerConfig.Builder.create()
            .engine(EngineAccess.fromConnection(
                engine.addClient(AddClientOptions.builder().name("gitlab-jobs").build())))
            .image("registry.example.com/ci/dagger:v0.21.8")
            .environment(Map.of("HOME", "/tmp"))
            .build();
        GitLabOperatorRunner.Builder.create(chart, "gitlab-runner")
            .config(config)
            .gitlabUrl("https://gitlab.example.com")
            .tokenSecret("gitlab-runner")
            .spec(Map.of("tags", "dagger", "concurrent", 20))
            .build();
    }

    private static void engineFleet(Chart chart, App app) {
        EngineFleet fleet = EngineFleet.Builder.create(chart, "dagger")
            .topology(FleetTopology.statefulSet(poolOfFleet().build()))
            .members(List.of(
                FleetMemberOptions.builder()
                    .version(VERSION)
                    .retirement(Retirement.noNewClients("v0-21-11"))
                    .build(),
                FleetMemberOptions.builder().version("v0.21.11").build()))
            .build();
        FleetMember forks = fleet.addMember(FleetMemberOptions.builder()
            .key("forks")
            .scope(new Chart(app, "engine-fleet-forks", ChartProps.builder().namespace("dagger-forks").build()))
            .trustLevel(TrustLevel.untrusted(UntrustedOptions.builder().publicInternet(true).build()))
            .topology(FleetTopology.statefulSet(poolOfFleet()
                .nodeSelector(Map.of("example.com/untrusted", "true"))
                .tolerations(List.of(Toleration.builder()
                    .key("example.com/untrusted")
                    .operator("Exists")
                    .effect("NoSchedule")
                    .build()))
                .build()))
            .build());
        fleet.member("v0-21-11").getEngine().addClient(AddClientOptions.builder().name("arc-runners").build());
        forks.getEngine().addClient(
            AddClientOptions.builder().name("arc-runners").namespace("dagger-forks").build());
    }

    private static EngineStatefulSetProps.Builder poolOfFleet() {
        return EngineStatefulSetProps.builder()
            .version("v0.21.11")
            .cache(CacheVolume.claimTemplate(ClaimTemplateCacheOptions.builder()
                .size(Size.gibibytes(200))
                .storageClassName("fast-ssd")
                .build()))
            .listener(Listener.tls(TlsListenerOptions.builder().certificates(Certificates.privateCa()).build()))
            .resources(resources());
    }
}
