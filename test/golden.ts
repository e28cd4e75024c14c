import { Testing, Yaml, type Chart } from 'cdk8s';

/** The manifest of a chart as cdk8s writes it, to be read in a snapshot: JavaScript objects would hide what YAML quotes. */
export function manifest(chart: Chart): string {
  return Yaml.stringify(...Testing.synth(chart));
}
