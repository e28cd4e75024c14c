import { Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { programs } from '../invariants/programs';
import { CATALOGUE } from '../wrong-programs/catalogue';
import { isPromised } from './bundles';
import { ApiError, type Manifest } from './client';
import { mutate, objectsOf, unchecked, type Mutant } from './mutants';
import { inParallel } from './parallel';
import { API_SERVER, kubernetesVersions } from './programs';
import { controlPlane, onKubernetes } from './suite';

const RUNS = Math.round(Number(process.env.FC_RUNS ?? 2000) / 5);
const MUTANTS = 8;
const NEWEST = kubernetesVersions().at(-1);

/** Matches messages about rules of Kubernetes. */
const SPEAKS_FOR_KUBERNETES =
  /the API server (rejects|accepts|refuses|takes)|Kubernetes (accepts|takes|does not)|server-side apply|values that Kubernetes supports|Pod Security level of this namespace|must be a Kubernetes|must be a valid (?!engine )([a-z]+ )*(name|value|key);|must be the name of a CSI driver|is not supported by a ClusterIP Service|must be 1 on a|single-stack Service|must be inside the network in cidr/;
const SPEAKS_FOR_SERVER = /^[^\n]*\n {2}- [^\n]*the API server (rejects|accepts|refuses|takes)[^\n]*$/;

/** Feature gates with which newer API servers accept a program that the library rejects, keyed by program title. */
const NOT_YET: { readonly [title: string]: string } = {
  'an invalid variable name': 'RelaxedEnvironmentVariableValidation',
  'an invalid variable prefix': 'RelaxedEnvironmentVariableValidation',
  'an invalid Service name': 'RelaxedServiceNameValidation',
  'an engine name that is invalid for its Service': 'RelaxedServiceNameValidation',
};

/** Reasons that the library rejects programs that every API server accepts, keyed by program title. */
const STRICTER: { readonly [title: string]: string } = {
  'an invalid claim name': 'no claim has it, and the pod would wait for one',
  'an invalid pull secret name': 'no Secret has it, and the image could not be pulled',
  'an invalid Secret name': 'no Secret has it, and the pod would wait for one',
  'an invalid claim label': 'the claims are created later, and then rejected',
  'an invalid namespace': 'no namespace has it, and the policy would admit no pod',
  'a retirement with an invalid namespace': 'no namespace has it, and the policy would admit no pod',
  'a fleet name with capital letters': 'a fleet without members has no object with its name',
  'nodes with an invalid label': 'nodes are labelled by others: no object here has it',
  'a pod that the API server rejects, for a job':
    "returned to the program and not written, so the API server isn't asked",
  'a pod that the API server rejects, as data':
    "returned to the program and not written, so the API server isn't asked",
  'a pod template that the API server rejects, as data':
    "returned to the program and not written, so the API server isn't asked",
  "the name of a volume for the engine's files": "not written without such files, so the API server isn't asked",
  'an external traffic policy on a ClusterIP Service': "not written for such a Service, so the API server isn't asked",
};

const mutants = fc.record({
  program: programs,
  mutations: fc.array(fc.record({ part: fc.nat(), which: fc.nat({ max: 100_000 }) }), {
    minLength: MUTANTS,
    maxLength: MUTANTS,
  }),
});

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

onKubernetes(API_SERVER, (version) => {
  const server = controlPlane({ version });
  const count = {
    mutants: 0,
    'rejected by the library': 0,
    'of them by the server too': 0,
    'rejected by the server only': 0,
    'accepted by both': 0,
    'dry runs': 0,
  };
  const namespaces = ['ci', 'build-system', 'runners', 'none'];
  beforeAll(() =>
    Promise.all(
      namespaces.map((name) => server().client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ),
  );
  afterAll(() => {
    process.stdout.write(
      `Kubernetes ${version}: ${Object.entries(count)
        .map(([what, number]) => `${number} ${what}`)
        .join(', ')}\n`,
    );
  });

  /** Returns the server's error messages for all objects that aren't in `known`. */
  async function refusals(objects: readonly Manifest[], known: ReadonlySet<string>): Promise<string[]> {
    const said: string[] = [];
    for (const object of objects.filter((one) => !known.has(JSON.stringify(one)))) {
      count['dry runs'] += 1;
      const { namespace = 'none' } = object.metadata;
      await server()
        .client.apply({ ...object, metadata: { ...object.metadata, namespace } }, { dryRun: true })
        .catch((error) =>
          said.push(error instanceof ApiError ? `${object.kind}: ${error.body?.message}` : String(error)),
        );
    }
    return said;
  }

  async function judge({ change, objects, refusal }: Mutant, known: ReadonlySet<string>): Promise<string | undefined> {
    count.mutants += 1;
    const said = objects === undefined ? [] : await refusals(objects, known);
    if (refusal === undefined) {
      if (!isPromised(objects!, version)) {
        return undefined;
      }
      count[said.length > 0 ? 'rejected by the server only' : 'accepted by both'] += 1;
      return said.length > 0 ? `${said.join('\n')}\nfor ${change}` : undefined;
    }
    count['rejected by the library'] += 1;
    count['of them by the server too'] += said.length > 0 ? 1 : 0;
    // Older versions validate less.
    const isClaim =
      version === NEWEST &&
      SPEAKS_FOR_SERVER.test(refusal) &&
      objects !== undefined &&
      objects.some((object) => !known.has(JSON.stringify(object)));
    return isClaim && said.length === 0 ? `${refusal}\nand the server takes it, for ${change}` : undefined;
  }

  test('the library rejects all programs with one wrong value that the API server rejects', async () => {
    const versions = kubernetesVersions();
    const mine = fc
      .sample(mutants, { numRuns: RUNS })
      .filter((_, index) => index % versions.length === versions.indexOf(version));
    const failures = await inParallel(mine, 8, async ({ mutations, program }) => {
      const valid = objectsOf(program);
      if (!isPromised(valid, version)) {
        return [];
      }
      const known = new Set(valid.map((object) => JSON.stringify(object)));
      const missed: Array<string | undefined> = [];
      for (const mutation of mutations) {
        missed.push(await judge(mutate(program, mutation), known));
      }
      return missed.filter((one) => one !== undefined);
    });
    expect(failures.flat()).toEqual([]);
  });

  test('the API server rejects the programs that the catalogue rejects as a rule of Kubernetes', async () => {
    const claims = Object.values(CATALOGUE)
      .flat()
      .filter(({ says }) => SPEAKS_FOR_KUBERNETES.test(says));
    const outcomes = await inParallel(claims, 8, async ({ program, title }) => {
      const objects = unchecked((app) => program(new Chart(app, 'ci', { namespace: 'ci' })));
      return { title, taken: objects !== undefined && (await refusals(objects, new Set())).length === 0 };
    });
    const taken = outcomes.filter((one) => one.taken).map(({ title }) => title);
    if (version === NEWEST) {
      expect(taken.sort()).toEqual([...Object.keys(STRICTER), ...Object.keys(NOT_YET)].sort());
    } else {
      // Older versions validate less. For example, they don't validate claim templates.
      expect(taken.filter((title) => NOT_YET[title] !== undefined)).toEqual([]);
    }
    process.stdout.write(
      `Kubernetes ${version}: of ${claims.length} rules of the catalogue about Kubernetes, it rejects ${claims.length - taken.length}\n`,
    );
  });
});
