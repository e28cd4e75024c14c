package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.Testing;
import org.junit.jupiter.api.Test;
import software.amazon.jsii.JsiiException;

class EnginesChartTest {
    private final App app = Testing.app();
    private final EnginesChart engines = new EnginesChart(app, "engines", "v0.21.8", List.of("team-a"));
    private final TeamChart team = new TeamChart(app, "team-a", engines.pool);

    @Test
    void thePoolAcceptsOnlyTheCertificatesOfTheTeams() {
        Map<?, ?> sidecar = (Map<?, ?>) podSpec(find(engines, "StatefulSet"), "initContainers").get(0);
        List<?> allowed = ((List<?>) sidecar.get("args")).stream()
            .filter(arg -> arg.toString().startsWith("--allow"))
            .collect(Collectors.toList());
        assertEquals(List.of("--allow-cn=team-a"), allowed);
    }

    @Test
    void theRunnerMountsTheCertificateOfItsTeam() {
        Map<?, ?> certificate = find(team, "Certificate");
        assertEquals("team-a", map(certificate, "metadata").get("namespace"));
        assertEquals("team-a", map(certificate, "spec").get("commonName"));
        Object secret = map(certificate, "spec").get("secretName");
        assertTrue(podSpec(find(team, "Deployment"), "volumes").stream()
            .map(volume -> (Map<?, ?>) ((Map<?, ?>) volume).get("secret"))
            .anyMatch(source -> source != null && secret.equals(source.get("secretName"))));
    }

    @Test
    void aWrongReleaseFailsBeforeItReachesTheCluster() {
        JsiiException error = assertThrows(
            JsiiException.class,
            () -> new EnginesChart(app, "wrong", "latest", List.of("team-a")));
        assertTrue(error.getMessage().contains("version: must be a release of the engine; got \"latest\""));
    }

    /** Returns the only object of a kind in a chart. */
    private static Map<?, ?> find(Chart chart, String kind) {
        List<Map<?, ?>> found = Testing.synth(chart).stream()
            .map(object -> (Map<?, ?>) object)
            .filter(object -> kind.equals(object.get("kind")))
            .collect(Collectors.toList());
        assertEquals(1, found.size());
        return found.get(0);
    }

    private static Map<?, ?> map(Map<?, ?> object, String key) {
        return (Map<?, ?>) object.get(key);
    }

    private static List<?> podSpec(Map<?, ?> workload, String key) {
        return (List<?>) map(map(map(workload, "spec"), "template"), "spec").get(key);
    }
}
