"""Four of the examples in this repository, with the same manifests as in dist/."""

from cdk8s import App, Chart, Duration, Size
from cdk8s_dagger import (
    CacheVolume,
    Certificates,
    CertificateOptions,
    EngineAccess,
    EngineDaemonSet,
    EngineFleet,
    EngineResources,
    EngineStatefulSet,
    FleetMemberOptions,
    FleetTopology,
    GitLabOperatorRunner,
    GitLabRunnerConfig,
    HostSocket,
    Listener,
    Retirement,
    TrustLevel,
)
from cdk8s_plus_28 import ContainerProps, Deployment, k8s

app = App()


def helm_default_daemonset() -> None:
    EngineDaemonSet(
        Chart(app, "helm-default-daemonset", namespace="dagger"),
        "node-engine",
        version="v0.21.8",
        resources=EngineResources(requests={"cpu": "4", "memory": "16Gi"}),
        # The node's setup creates this directory after it has mounted the disk.
        cache=CacheVolume.host_path(path="/mnt/nvme/dagger", must_exist=True),
        host_socket=HostSocket.from_path("/run/dagger"),
        node_selector={"example.com/local-nvme": "true"},
    )


def mtls_pool_cert_manager() -> None:
    chart = Chart(app, "mtls-pool-cert-manager", namespace="dagger")
    pool = EngineStatefulSet(
        chart,
        "mtls-pool",
        version="v0.21.8",
        replicas=3,
        cache=CacheVolume.claim_template(size=Size.gibibytes(200), storage_class_name="gp3"),
        resources=EngineResources(requests={"cpu": "4", "memory": "16Gi"}),
        listener=Listener.tls(
            # With a private CA, the pool rejects all other certificates in the cluster.
            certificates=Certificates.private_ca(
                duration=Duration.days(7), clients=CertificateOptions(duration=Duration.days(1))
            ),
            allowed_clients=["ci-runners"],
        ),
    )
    container = ContainerProps(name="runner", image="registry.example.com/ci/runner:1.4.2")
    runners = Deployment(chart, "runners", replicas=2, containers=[container])
    pool.connect(runners, certificate=pool.issue_client("ci-runners"))


def gitlab_runner() -> None:
    chart = Chart(app, "gitlab-runner", namespace="dagger")
    engine = EngineDaemonSet(
        chart,
        "gitlab-engine",
        version="v0.21.8",
        resources=EngineResources(requests={"cpu": "4", "memory": "16Gi"}),
        node_selector={"example.com/ci": "true"},
        tolerations=[k8s.Toleration(key="example.com/ci", operator="Exists", effect="NoSchedule")],
    )
    config = GitLabRunnerConfig(
        engine=EngineAccess.from_connection(engine.add_client(name="gitlab-jobs")),
        image="registry.example.com/ci/dagger:v0.21.8",
        environment={"HOME": "/tmp"},
    )
    GitLabOperatorRunner(
        chart,
        "gitlab-runner",
        config=config,
        gitlab_url="https://gitlab.example.com",
        token_secret="gitlab-runner",
        spec={"tags": "dagger", "concurrent": 20},
    )


def engine_fleet() -> None:
    chart = Chart(app, "engine-fleet", namespace="dagger")
    common = {
        "version": "v0.21.11",
        "cache": CacheVolume.claim_template(size=Size.gibibytes(200), storage_class_name="fast-ssd"),
        "listener": Listener.tls(certificates=Certificates.private_ca()),
        "resources": EngineResources(requests={"cpu": "4", "memory": "16Gi"}),
    }
    fleet = EngineFleet(
        chart,
        "dagger",
        topology=FleetTopology.stateful_set(**common),
        members=[
            FleetMemberOptions(version="v0.21.8", retirement=Retirement.no_new_clients("v0-21-11")),
            FleetMemberOptions(version="v0.21.11"),
        ],
    )
    forks = fleet.add_member(
        key="forks",
        scope=Chart(app, "engine-fleet-forks", namespace="dagger-forks"),
        trust_level=TrustLevel.untrusted(public_internet=True),
        topology=FleetTopology.stateful_set(
            **common,
            node_selector={"example.com/untrusted": "true"},
            tolerations=[k8s.Toleration(key="example.com/untrusted", operator="Exists", effect="NoSchedule")],
        ),
    )
    fleet.member("v0-21-11").engine.add_client(name="arc-runners")
    forks.engine.add_client(name="arc-runners", namespace="dagger-forks")


helm_default_daemonset()
mtls_pool_cert_manager()
gitlab_runner()
engine_fleet()
app.synth()
