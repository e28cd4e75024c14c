import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import { HelmChart, HelmRelease } from '../../src/index';
import { CASES, synthesized } from '../client/cases';
import { CASES as HELM_CASES } from '../helm/cases';
import { RELEASE_NAMES, VALUES } from '../helm/chart-values';
import { CASES as JOBS, SYSTEMS } from '../integrations/systems';
import { access } from '../integrations/access';
import { programs } from '../invariants/programs';
import { objects as tlsObjects, settings } from '../invariants/tls-programs';
import { distributed, goldens } from '../manifests';
import type { Manifest } from './client';

/** Objects that are applied together. */
export interface Bundle {
  /** The name in failure messages: a file, a title, or the program itself. */
  readonly title: string;
  readonly objects: readonly Manifest[];
}

/** A Helm release of a chart. The default is the chart's newest known version. */
interface HelmCase {
  readonly chart: HelmChart;
  readonly version?: string;
  readonly releaseName: string;
  readonly values: { [key: string]: any };
}

/** A case with settings that generated values rarely have. */
const SELDOM: HelmCase = {
  chart: HelmChart.OFFICIAL,
  releaseName: 'dagger',
  values: {
    engine: {
      env: [
        {
          name: 'MEMORY',
          valueFrom: { resourceFieldRef: { containerName: 'dagger-engine', resource: 'requests.memory', divisor: 1 } },
        },
      ],
      lifecycle: { preStop: { httpGet: { path: '/stop', port: 8080 } } },
      readinessProbeSettings: { exec: null, httpGet: { path: '/', port: 8080 } },
    },
  },
};

/** Returns the manifests from the examples and from the snapshots of the tests. */
export function writtenBundles(): Bundle[] {
  return (
    Object.entries({ ...distributed(), ...goldens() })
      // Some snapshots contain only part of an object.
      .map(([title, objects]) => ({
        title,
        objects: objects.filter(
          (object: any) => object?.apiVersion !== undefined && object.metadata?.name !== undefined,
        ) as unknown as Manifest[],
      }))
      .filter(({ objects }) => objects.length > 0)
  );
}

/** Generates programs that cover the whole API. */
export function generatedBundles(count: number): Bundle[] {
  return fc.sample(programs, { numRuns: count }).map((program) => {
    const app = new App();
    program.evaluate(app);
    return { title: String(program), objects: app.charts.flatMap((chart) => chart.toJson()) };
  });
}

/** Generates programs with all settings that affect TLS. */
export function tlsBundles(count: number): Bundle[] {
  return fc
    .sample(settings, { numRuns: count })
    .map((setting) => ({ title: JSON.stringify(setting), objects: tlsObjects(setting) as unknown as Manifest[] }));
}

/** Returns every combination of a client and an engine, and the job pods of CI systems. */
export function clientBundles(): Bundle[] {
  const clients = CASES.flatMap((one) => {
    const objects = synthesized(one);
    return objects === undefined ? [] : [{ title: `client ${JSON.stringify(one)}`, objects }];
  });
  const jobs = JOBS.map(([system, name]) => ({
    title: `job of ${system} with ${name}`,
    objects: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'job' }, spec: SYSTEMS[system]!(access()[name]()) }],
  }));
  return [...clients, ...jobs];
}

/** Generates Helm releases. Values that the library or Kubernetes rejects become `undefined`. */
export function helmBundles(count: number): Array<Bundle | undefined> {
  const generated = HelmChart.ALL.flatMap((chart) =>
    fc
      .sample(fc.record({ releaseName: RELEASE_NAMES, values: VALUES[chart.name]! }), { numRuns: count })
      .map(({ releaseName, values }): HelmCase => ({ chart, releaseName, values })),
  );
  return [...HELM_CASES, SELDOM, ...generated].map(({ chart, releaseName, values, version }) => {
    const scope = new Chart(Testing.app(), 'release', { namespace: 'ci' });
    try {
      const { findings } = HelmRelease.fromValues(scope, 'release', {
        chart,
        chartVersion: version,
        releaseName,
        values,
      });
      // Like the charts, the library passes fields through that Kubernetes doesn't know. It also reports them.
      if (findings.some(({ name }) => name === 'unknown-key')) {
        return undefined;
      }
    } catch {
      return undefined;
    }
    const objects: Manifest[] = scope.toJson();
    return { title: `${chart.name} ${version ?? ''} ${releaseName} ${JSON.stringify(values)}`, objects };
  });
}

/** The Kubernetes releases in README.md: the oldest supported one, and the first one with native sidecars. */
export const PROMISED = promised();

function promised(): { readonly oldest: string; readonly nativeSidecars: string } {
  const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
  const [, oldest, nativeSidecars] =
    /^\| Kubernetes +\| (1\.\d+) and newer\..* native sidecar .* needs (1\.\d+)\./m.exec(readme)!;
  return { oldest: oldest!, nativeSidecars: nativeSidecars! };
}

/** Features that Kubernetes before `since` lacks or disables by default (pkg/features/kube_features.go@v1.37.2). */
const FEATURES: ReadonlyArray<{ readonly since: string; readonly isUsed: (object: any) => boolean }> = [
  { since: PROMISED.nativeSidecars, isUsed: hasNativeSidecar },
  // VolumeAttributesClass
  { since: '1.34', isUsed: (object) => JSON.stringify(object).includes('"volumeAttributesClassName":') },
  // DynamicResourceAllocation
  { since: '1.34', isUsed: (object) => JSON.stringify(object).includes('"resourceClaims":') },
  // RelaxedDNSSearchValidation
  { since: '1.34', isUsed: (object) => /"searches":\[[^\]]*_/.test(JSON.stringify(object)) },
  // RelaxedServiceNameValidation, for a Helm release whose name starts with a digit
  { since: '1.36', isUsed: ({ kind, metadata }) => kind === 'Service' && /^\d/.test(metadata.name) },
];

/** Whether the library promises that a Kubernetes release accepts these objects. */
export function isPromised(objects: readonly any[], version: string): boolean {
  return (
    minor(version) >= minor(PROMISED.oldest) &&
    FEATURES.every(({ isUsed, since }) => minor(version) >= minor(since) || !objects.some(isUsed))
  );
}

function hasNativeSidecar({ spec }: any): boolean {
  const pods = [spec, spec?.template?.spec, spec?.jobTemplate?.spec?.template?.spec];
  return pods.some((pod) => (pod?.initContainers ?? []).some(({ restartPolicy }: any) => restartPolicy === 'Always'));
}

function minor(version: string): number {
  return Number(version.split('.')[1]);
}
