package main

import "github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"

func main() {
	app := cdk8s.NewApp(nil)
	engines := NewEnginesChart(app, "engines", "v0.21.8", "team-a")
	NewTeamChart(app, "team-a", engines.Pool)
	app.Synth()
}
