import { Testing, type Chart } from 'cdk8s';
import { stringify } from 'yaml';

/** The manifest of a chart as text, one document an object, to be read in a snapshot. */
export function manifest(chart: Chart): string {
  return Testing.synth(chart).map((object) => stringify(object, { lineWidth: 0 })).join('---\n');
}
