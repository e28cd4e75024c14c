import cdk8s  # pytest collects names that start with Test, so cdk8s.Testing is not imported by name
import pytest
from cdk8s import App, Chart
from engines import EnginesChart, TeamChart


def find(chart: Chart, kind: str) -> dict:
    """Returns the only object of a kind in a chart."""
    (found,) = [one for one in cdk8s.Testing.synth(chart) if one["kind"] == kind]
    return found


@pytest.fixture
def app() -> App:
    return cdk8s.Testing.app()


@pytest.fixture
def engines(app: App) -> EnginesChart:
    return EnginesChart(app, "engines", version="v0.21.8", teams=["team-a"])


@pytest.fixture
def team(app: App, engines: EnginesChart) -> TeamChart:
    return TeamChart(app, "team-a", engines.pool)


def test_the_pool_accepts_only_the_certificates_of_the_teams(engines: EnginesChart, team: TeamChart) -> None:
    (sidecar,) = find(engines, "StatefulSet")["spec"]["template"]["spec"]["initContainers"]
    assert [arg for arg in sidecar["args"] if arg.startswith("--allow")] == ["--allow-cn=team-a"]


def test_the_runner_mounts_the_certificate_of_its_team(team: TeamChart) -> None:
    certificate = find(team, "Certificate")
    assert certificate["metadata"]["namespace"] == "team-a"
    assert certificate["spec"]["commonName"] == "team-a"
    volumes = find(team, "Deployment")["spec"]["template"]["spec"]["volumes"]
    assert certificate["spec"]["secretName"] in [volume.get("secret", {}).get("secretName") for volume in volumes]


def test_a_wrong_release_fails_before_it_reaches_the_cluster(app: App) -> None:
    with pytest.raises(RuntimeError, match='version: must be a release of the engine; got "latest"'):
        EnginesChart(app, "wrong", version="latest", teams=["team-a"])
