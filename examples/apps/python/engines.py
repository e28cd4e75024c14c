from cdk8s import ApiObject, ApiObjectMetadata, Chart, Size
from cdk8s_dagger import (
    CacheVolume,
    CertificateIssuer,
    Certificates,
    EngineNamespace,
    EngineResources,
    EngineStatefulSet,
    Listener,
)
from cdk8s_plus_28 import ContainerProps, Deployment
from constructs import Construct


class EnginesChart(Chart):
    """The pool of the platform team."""

    def __init__(self, scope: Construct, id: str, *, version: str, teams: list[str]) -> None:
        super().__init__(scope, id, namespace="engines")
        EngineNamespace(self, "namespace")
        self.pool = EngineStatefulSet(
            self,
            "pool",
            version=version,
            replicas=2,
            resources=EngineResources(requests={"cpu": "4", "memory": "16Gi"}),
            cache=CacheVolume.claim_template(size=Size.gibibytes(200)),
            listener=Listener.tls(
                certificates=Certificates.issued_by(CertificateIssuer(name="platform-ca", kind="ClusterIssuer")),
                allowed_clients=teams,
            ),
        )


class TeamChart(Chart):
    """The namespace of a team, with a runner that uses the pool."""

    def __init__(self, scope: Construct, team: str, pool: EngineStatefulSet) -> None:
        super().__init__(scope, team, namespace=team)
        ApiObject(self, "namespace", api_version="v1", kind="Namespace", metadata=ApiObjectMetadata(name=team))
        runner = Deployment(
            self,
            "runner",
            metadata=ApiObjectMetadata(name="runner"),
            containers=[ContainerProps(name="runner", image="registry.example.com/runner:1")],
        )
        pool.connect(runner, certificate=pool.issue_client(team, namespace=team, scope=self))
