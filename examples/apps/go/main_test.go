package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
)

// object has the fields that the tests read.
type object struct {
	Kind     string
	Metadata struct{ Namespace string }
	Spec     struct {
		CommonName string
		SecretName string
		Template   struct {
			Spec struct {
				InitContainers []struct{ Args []string }
				Volumes        []struct{ Secret struct{ SecretName string } }
			}
		}
	}
}

// find returns the only object of a kind in a chart.
func find(t *testing.T, chart cdk8s.Chart, kind string) object {
	t.Helper()
	text, err := json.Marshal(cdk8s.Testing_Synth(chart))
	if err != nil {
		t.Fatal(err)
	}
	var objects []object
	if err := json.Unmarshal(text, &objects); err != nil {
		t.Fatal(err)
	}
	objects = slices.DeleteFunc(objects, func(one object) bool { return one.Kind != kind })
	if len(objects) != 1 {
		t.Fatalf("the chart has %d objects of kind %s", len(objects), kind)
	}
	return objects[0]
}

func TestThePoolAcceptsOnlyTheCertificatesOfTheTeams(t *testing.T) {
	engines := NewEnginesChart(cdk8s.Testing_App(nil), "engines", "v0.21.8", "team-a")
	args := find(t, engines.Chart, "StatefulSet").Spec.Template.Spec.InitContainers[0].Args
	allowed := slices.DeleteFunc(args, func(arg string) bool { return !strings.HasPrefix(arg, "--allow") })
	if !slices.Equal(allowed, []string{"--allow-cn=team-a"}) {
		t.Errorf("the pool allows %v", allowed)
	}
}

func TestTheRunnerMountsTheCertificateOfItsTeam(t *testing.T) {
	app := cdk8s.Testing_App(nil)
	engines := NewEnginesChart(app, "engines", "v0.21.8", "team-a")
	team := NewTeamChart(app, "team-a", engines.Pool)
	certificate := find(t, team, "Certificate")
	if certificate.Metadata.Namespace != "team-a" || certificate.Spec.CommonName != "team-a" {
		t.Errorf("the certificate of the team is %+v", certificate)
	}
	for _, volume := range find(t, team, "Deployment").Spec.Template.Spec.Volumes {
		if volume.Secret.SecretName == certificate.Spec.SecretName {
			return
		}
	}
	t.Errorf("the runner doesn't mount the Secret %s", certificate.Spec.SecretName)
}

func TestAWrongReleaseFailsBeforeItReachesTheCluster(t *testing.T) {
	defer func() {
		const want = `version: must be a release of the engine; got "latest"`
		if message := fmt.Sprint(recover()); !strings.Contains(message, want) {
			t.Errorf("the error is %s", message)
		}
	}()
	NewEnginesChart(cdk8s.Testing_App(nil), "wrong", "latest", "team-a")
}
