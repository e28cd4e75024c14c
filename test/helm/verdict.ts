import { App, Chart } from 'cdk8s';
import { HelmRelease, type Finding } from '../../src/index';
import { Findings } from '../../src/findings/finding';
import { render } from '../../src/helm/charts';
import { readRelease } from '../../src/helm/read-release';
import { Problems, ValidationError } from '../../src/reporting/problems';
import type { KubernetesObject } from '../manifests';
import { unknownFields } from '../schema/known-fields';
import { typeError } from '../schema/kubernetes-types';
import { render as helmTemplate, type Release, type UnpackedChart } from './charts';
import { compare, findingOf, read, type Comparison } from './equality';

/** The comparison of the library with a chart for the same values. */
export interface Verdict {
  readonly outcome: 'equal' | 'refused' | 'helm fails';
  readonly corrections: readonly string[];
  /** The reason why the comparison fails; undefined if it passes. */
  readonly complaint?: string;
  /** The schema errors in the chart's objects that the library doesn't report. */
  readonly unsaid?: readonly string[];
}

/** Failures of helm on values that the library accepts. The library must have a finding whose key matches `key`. */
const MADE_ALL_THE_SAME: readonly { readonly failure: RegExp; readonly key: RegExp }[] = [
  { failure: /engine-deployment\.yaml.*(nodeAffinity|YAML)/s, key: /^engine\.affinity/ },
  { failure: /YAML parse error on .*engine-config\.yaml/, key: /^engine\.config/ },
];

/** Fields that are newer than the Kubernetes schema in these tests. */
const NEWER = /\.preStop\.sleep(\.seconds)?$/;

export async function judge(helm: string, unpacked: UnpackedChart, release: Release): Promise<Verdict> {
  const [theirs, ours] = [await helmTemplate(helm, unpacked, release), synthesize(unpacked, release)];
  if ('crash' in ours) {
    return { outcome: 'refused', corrections: [], complaint: `the library crashes: ${ours.crash.stack}` };
  }
  if ('failure' in theirs) {
    const isSaid =
      'refusal' in ours ||
      MADE_ALL_THE_SAME.some(
        ({ failure, key }) =>
          failure.test(theirs.failure) &&
          ours.findings.some((finding) => finding.name === 'invalid-render' && key.test(finding.key)),
      );
    return {
      outcome: 'helm fails',
      corrections: [],
      complaint: isSaid ? undefined : `helm fails, and the library doesn't: ${theirs.failure}`,
    };
  }
  if ('refusal' in ours) {
    return { outcome: 'refused', corrections: [] };
  }
  const { corrections, differences } = compare(theirs.rendered, ours.objects);
  const silent = corrections
    .filter((name) => !ours.findings.some((finding) => finding.name === findingOf(name)))
    .map((name) => `${name} is corrected silently`);
  const faults = faultsOf(read(theirs.rendered).objects);
  const isSaid =
    corrections.length > 0 ||
    ours.findings.some(({ name, why }) => name === 'unknown-key' && why.includes('Kubernetes has no such field'));
  return {
    outcome: 'equal',
    corrections,
    unsaid: isSaid ? [] : faults,
    complaint: [...differences, ...silent].join('\n') || undefined,
  };
}

type Synthesized =
  | { readonly objects: KubernetesObject[]; readonly findings: readonly Finding[] }
  | { readonly refusal: string; readonly keys: readonly string[] }
  | { readonly crash: Error };

/** Returns the objects and findings of a release, the error that rejects its values, or the crash of the library. */
export function synthesize(
  { chart, version }: Pick<UnpackedChart, 'chart' | 'version'>,
  { namespace, releaseName, values }: Release,
): Synthesized {
  const scope = new Chart(new App(), 'ci', { namespace });
  try {
    const { findings } = HelmRelease.fromValues(scope, 'release', {
      chart,
      chartVersion: version,
      releaseName,
      values,
    });
    return { objects: scope.toJson() as KubernetesObject[], findings };
  } catch (error) {
    return error instanceof ValidationError
      ? { refusal: error.message, keys: error.found.map(({ property }) => property) }
      : { crash: error as Error };
  }
}

/**
 * Compares the library's own rendering of a chart's templates with the objects that a release synthesizes. Returns
 * undefined if the values are rejected.
 */
export function compareWithTemplates(
  chart: Pick<UnpackedChart, 'chart' | 'version'>,
  release: Release,
): Comparison | undefined {
  const synthesized = synthesize(chart, release);
  if (!('objects' in synthesized)) {
    return undefined;
  }
  const source = { ...release, chart: chart.chart, chartVersion: chart.version };
  const objects = render(readRelease(source, new Findings(), new Problems())!);
  return compare(objects.map(({ value }) => JSON.stringify(value)).join('\n---\n'), synthesized.objects);
}

/** Returns the type errors and unknown fields in objects. A null field counts as absent. */
function faultsOf(objects: readonly any[]): string[] {
  return objects.map(withoutNulls).flatMap((object) => {
    try {
      return [
        ...[typeError(object)].filter((error) => error !== undefined),
        ...unknownFields(object).filter((field) => !NEWER.test(field)),
      ];
    } catch (error) {
      return [`${object.kind} can't be read: ${(error as Error).message}`];
    }
  });
}

function withoutNulls(value: any): any {
  if (Array.isArray(value)) {
    return value.map(withoutNulls);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, item]) => item !== null)
          .map(([key, item]) => [key, withoutNulls(item)]),
      )
    : value;
}
