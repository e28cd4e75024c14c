package com.example;

import java.util.List;
import org.cdk8s.App;

public class Main {
    public static void main(String[] args) {
        App app = new App();
        EnginesChart engines = new EnginesChart(app, "engines", "v0.21.8", List.of("team-a"));
        new TeamChart(app, "team-a", engines.pool);
        app.synth();
    }
}
