package com.example;

import io.github.cdk8sdagger.CacheVolume;
import io.github.cdk8sdagger.CertificateIssuer;
import io.github.cdk8sdagger.Certificates;
import io.github.cdk8sdagger.ClaimTemplateCacheOptions;
import io.github.cdk8sdagger.EngineNamespace;
import io.github.cdk8sdagger.EngineResources;
import io.github.cdk8sdagger.EngineStatefulSet;
import io.github.cdk8sdagger.Listener;
import io.github.cdk8sdagger.TlsListenerOptions;
import java.util.List;
import java.util.Map;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import org.cdk8s.Size;
import software.constructs.Construct;

/** The pool of the platform team. */
public class EnginesChart extends Chart {
    public final EngineStatefulSet pool;

    /**
     * @param version the release of the engines
     * @param teams the names in the client certificates that the engines accept
     */
    public EnginesChart(Construct scope, String id, String version, List<String> teams) {
        super(scope, id, ChartProps.builder().namespace("engines").build());
        new EngineNamespace(this, "namespace");
        CertificateIssuer issuer = CertificateIssuer.builder().name("platform-ca").kind("ClusterIssuer").build();
        pool = EngineStatefulSet.Builder.create(this, "pool")
            .version(version)
            .replicas(2)
            .resources(EngineResources.builder().requests(Map.of("cpu", "4", "memory", "16Gi")).build())
            .cache(CacheVolume.claimTemplate(ClaimTemplateCacheOptions.builder().size(Size.gibibytes(200)).build()))
            .listener(Listener.tls(TlsListenerOptions.builder()
                .certificates(Certificates.issuedBy(issuer))
                .allowedClients(teams)
                .build()))
            .build();
    }
}
