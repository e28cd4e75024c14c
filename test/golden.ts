import { Testing, Yaml, type Chart } from 'cdk8s';

/** Returns the YAML manifest of a chart, as cdk8s writes it. JavaScript objects in a snapshot would hide the quotes. */
export function manifest(chart: Chart): string {
  return Yaml.stringify(...Testing.synth(chart));
}
