import { Testing, Yaml, type Chart } from 'cdk8s';

/**
 * The manifest of a chart as cdk8s writes it, because JavaScript objects in a snapshot would hide the quotes of YAML.
 */
export function manifest(chart: Chart): string {
  return Yaml.stringify(...Testing.synth(chart));
}
