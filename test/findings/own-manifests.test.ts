import { checkManifests } from '../../src/findings/check-manifests';
import { distributed, goldens, type KubernetesObject } from '../manifests';

/** Returns the severity and name of every finding, without duplicates. */
function names(objects: readonly KubernetesObject[]): string[] {
  return [...new Set(checkManifests(objects).map(({ severity, name }) => `${severity} ${name}`))].sort();
}

/** The findings that the pages of the examples document, keyed by file. */
const OF_EXAMPLES: { readonly [file: string]: readonly string[] } = {
  'dist/autoscaling.k8s.yaml': ['warning plain-tcp'],
  'dist/engine-pool.k8s.yaml': ['warning plain-tcp'],
  'dist/horizontal-autoscaling.k8s.yaml': ['warning plain-tcp'],
  'dist/nfs-tcp-deployment-improved.k8s.yaml': ['warning plain-tcp'],
  'dist/nfs-tcp-deployment.k8s.yaml': ['warning plain-tcp'],
};

test.each(Object.entries(distributed()))('%s has only the findings that its page documents', (file, objects) => {
  expect(names(objects)).toEqual(OF_EXAMPLES[file] ?? []);
});

test('all examples can share one cluster, as their page says', () => {
  expect(names(Object.values(distributed()).flat()).filter((name) => name.startsWith('error'))).toEqual([]);
});

/** All goldens except those from Helm values, because these inherit problems from the values. */
const GOLDENS = Object.entries(goldens()).filter(([title]) => !/^test\/(helm|program)\//.test(title));

/** The goldens of programs that take over existing engines and accept their risks, and all other goldens. */
const [TAKEN_OVER, OTHERS] = [true, false].map((isTakenOver) =>
  GOLDENS.filter(([title]) => title.includes('taken-over.test.ts.snap') === isTakenOver),
) as [Array<[string, KubernetesObject[]]>, Array<[string, KubernetesObject[]]>];

/**
 * Findings in programs that set every property. The secret is in an EngineSidecar, whose pod has no annotation that
 * accepts the risk.
 */
const OF_EVERY_PROPERTY = [
  'error secret-in-plain-text',
  'info token-mounted',
  'info unbounded-pre-stop',
  'warning blocked-node-removal',
  'warning group-in-images',
  'warning limits-do-not-bound-builds',
  'warning plain-tcp',
  'warning policy-not-enforced',
  'warning shared-host-path',
  'warning split-sessions',
  'warning stop-loses-cache',
  'warning unknown-engine-version',
  'warning unmounted-claim',
];

test.each(OTHERS)('%s has only the expected findings', (title, objects) => {
  const isMeant = (name: string): boolean =>
    name === 'warning no-requests' ||
    (title.includes('every property') && OF_EVERY_PROPERTY.includes(name)) ||
    // A cache that is deleted with the job needs no limit, but its pod looks like any other pod in the manifest.
    (title.includes('in the pod of the agent') && name === 'warning unbounded-cache') ||
    // A Jenkins agent uses its token.
    (title.includes('Jenkins') && name === 'info token-mounted');
  expect(names(objects).filter((name) => !isMeant(name))).toEqual([]);
});

test('every expected finding occurs', () => {
  expect(new Set(OTHERS.flatMap(([, objects]) => names(objects)))).toEqual(
    new Set([...OF_EVERY_PROPERTY, 'warning no-requests', 'warning unbounded-cache']),
  );
});

test.each(TAKEN_OVER)('%s has the findings that its program does not accept', (_, objects) => {
  expect(names(objects)).toMatchSnapshot();
});
