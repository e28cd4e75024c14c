package com.example;

import io.github.cdk8sdagger.ConnectOptions;
import io.github.cdk8sdagger.EngineStatefulSet;
import io.github.cdk8sdagger.IssueClientOptions;
import java.util.List;
import org.cdk8s.ApiObject;
import org.cdk8s.ApiObjectMetadata;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import org.cdk8s.plus28.ContainerProps;
import org.cdk8s.plus28.Deployment;
import software.constructs.Construct;

/** The namespace of a team, with a runner that uses the pool. */
public class TeamChart extends Chart {
    public TeamChart(Construct scope, String team, EngineStatefulSet pool) {
        super(scope, team, ChartProps.builder().namespace(team).build());
        ApiObject.Builder.create(this, "namespace")
            .apiVersion("v1")
            .kind("Namespace")
            .metadata(ApiObjectMetadata.builder().name(team).build())
            .build();
        Deployment runner = Deployment.Builder.create(this, "runner")
            .metadata(ApiObjectMetadata.builder().name("runner").build())
            .containers(List.of(ContainerProps.builder().name("runner").image("registry.example.com/runner:1").build()))
            .build();
        pool.connect(runner, ConnectOptions.builder()
            .certificate(pool.issueClient(team, IssueClientOptions.builder().namespace(team).scope(this).build()))
            .build());
    }
}
