import { Applier } from './apply';
import {
  clientBundles,
  generatedBundles,
  helmBundles,
  isPromised,
  PROMISED,
  tlsBundles,
  writtenBundles,
  type Bundle,
} from './bundles';
import { installDefinitions } from './definitions';
import { API_SERVER, kubernetesVersions } from './programs';
import { SERVER_DEFAULTS, type ServerDefault } from './server-defaults';
import { controlPlane, onKubernetes } from './suite';

const RUNS = Number(process.env.FC_RUNS ?? 2000);
const VERSIONS = kubernetesVersions();
const seen = new Set<ServerDefault>();

/** Returns the programs to apply on a Kubernetes version: all of them on the newest, and a share on each other one. */
function share<T>(items: readonly T[], version: string): T[] {
  return version === VERSIONS.at(-1)
    ? [...items]
    : items.filter((_, index) => index % VERSIONS.length === VERSIONS.indexOf(version));
}

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

onKubernetes([...API_SERVER, 'definitions'], (version) => {
  const server = controlPlane({ version });
  let applier: Applier;
  beforeAll(async () => {
    await installDefinitions(server(), 'cert-manager.io');
    await installDefinitions(server(), 'karpenter.k8s.aws');
    await installDefinitions(server(), 'karpenter.sh');
    await installDefinitions(server(), 'keda.sh');
    await installDefinitions(server(), 'monitoring.coreos.com');
    await installDefinitions(server(), 'snapshot.storage.k8s.io');
    applier = new Applier(server().client);
  });
  afterAll(() => {
    applier.defaults.forEach((row) => seen.add(row));
    process.stdout.write(
      `Kubernetes ${version}: ${Object.entries(applier.count)
        .map(([what, count]) => `${count} ${what}`)
        .join(', ')}\n`,
    );
  });

  /** Expects that the server rejects nothing, adds only known defaults, and changes nothing on a second apply. */
  async function check(what: string, bundles: readonly Bundle[]): Promise<void> {
    const promised = bundles.filter(({ objects }) => isPromised(objects, version));
    expect(promised.length).toBeGreaterThan(bundles.length / 3);
    const before = applier.failures.length;
    await applier.apply(what, promised);
    expect(applier.failures.slice(before)).toEqual([]);
  }

  test('dist and the goldens', () => check('written', writtenBundles()));

  test(
    'programs over the whole API',
    () => check('generated', share(generatedBundles(RUNS), version)),
    // On two cores, these programs take more than half of the usual timeout.
    20 * 60_000,
  );

  test('programs with TLS', () => check('tls', share(tlsBundles(RUNS / 10), version)));

  test('clients and jobs', () => check('client', share(clientBundles(), version)));

  test('releases of Helm charts', async () => {
    const bundles = helmBundles(RUNS / 20);
    const taken = bundles.filter((bundle) => bundle !== undefined);
    expect(taken.length).toBeGreaterThan(bundles.length / 3);
    await check('helm', share(taken, version));
  });
});

// Some settings are so rare that only a large number of programs contains all of them.
(VERSIONS.length > 1 && RUNS >= 1000 ? test : test.skip)('every default that is listed was seen', () => {
  const unseen = SERVER_DEFAULTS.filter((row) => !seen.has(row)).map(({ path }) => path);
  expect(unseen).toEqual([]);
});

test('the versions are those that README.md promises, and newer ones', () => {
  expect(VERSIONS[0]).toBe(PROMISED.oldest);
});
