import { Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { programs } from '../invariants/programs';
import { CATALOGUE } from '../wrong-programs/catalogue';
import { ApiError, type Manifest } from './client';
import { mutate, objectsOf, unchecked, type Mutant } from './mutants';
import { inParallel } from './parallel';
import { API_SERVER, kubernetesVersions } from './programs';
import { controlPlane, onKubernetes } from './suite';

const RUNS = Math.round(Number(process.env.FC_RUNS ?? 2000) / 5);
const MUTANTS = 8;
const NEWEST = kubernetesVersions().at(-1);

/** Messages that speak for Kubernetes. */
const SPEAKS_FOR_KUBERNETES =
  /the API server (refuses|takes)|Kubernetes (takes here|does not know)|server-side apply|not a (valid|Kubernetes)/;
const SPEAKS_FOR_SERVER = /^[^\n]*\n {2}- [^\n]*the API server (refuses|takes)[^\n]*$/;

/** What only newer API servers take, by the title in the catalogue, with the feature gate that is on by default there. */
const NOT_YET: { readonly [title: string]: string } = {
  "a variable that can't have that name": 'RelaxedEnvironmentVariableValidation',
  'a prefix that no variable can start with': 'RelaxedEnvironmentVariableValidation',
  'a name that no Service can have': 'RelaxedServiceNameValidation',
  "a Service that can't have that name": 'RelaxedServiceNameValidation',
};

/** What is refused on behalf of Kubernetes although every API server takes it, and why. */
const STRICTER: { readonly [title: string]: string } = {
  "a claim that can't have that name": 'no claim has it, and the pod would wait for one',
  "a pull secret that can't have that name": 'no Secret has it, and the image could not be pulled',
  "a Secret with a name that it can't have": 'no Secret has it, and the pod would wait for one',
  'a label of a claim that is none': 'the claims are made later, and then refused',
  "a namespace that there can't be": 'no namespace has it, and the policy would admit nobody',
  "nodes with a label that there can't be": 'nodes are labelled by others: no object here has it',
  "a driver that can't have that name": 'no driver has it: the API server compares in lower case, the kubelet does not',
  "the name of a volume for the engine's files": "not written without such files, so the API server isn't asked",
  'no time to stop': 'a kill at once, which costs the cache',
  'the size of the cache every half second': "a variable, which the API server doesn't read",
  'a policy for traffic from outside on a ClusterIP Service':
    "not written for such a Service, so the API server isn't asked",
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
    'refused by the library': 0,
    'of them by the server too': 0,
    'refused by the server alone': 0,
    'taken by both': 0,
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

  /** What the server says of the objects that are not among those of the program without the mutation. */
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
      count[said.length > 0 ? 'refused by the server alone' : 'taken by both'] += 1;
      return said.length > 0 ? `${said.join('\n')}\nfor ${change}` : undefined;
    }
    count['refused by the library'] += 1;
    count['of them by the server too'] += said.length > 0 ? 1 : 0;
    // Older ones look less closely.
    const isClaim =
      version === NEWEST &&
      SPEAKS_FOR_SERVER.test(refusal) &&
      objects !== undefined &&
      objects.some((object) => !known.has(JSON.stringify(object)));
    return isClaim && said.length === 0 ? `${refusal}\nand the server takes it, for ${change}` : undefined;
  }

  test('the API server refuses nothing of a program with one wrong value but what the library refused before, and all that was refused on its behalf', async () => {
    const versions = kubernetesVersions();
    const mine = fc
      .sample(mutants, { numRuns: RUNS })
      .filter((_, index) => index % versions.length === versions.indexOf(version));
    const failures = await inParallel(mine, 8, async ({ mutations, program }) => {
      const known = new Set(objectsOf(program).map((object) => JSON.stringify(object)));
      const missed: Array<string | undefined> = [];
      for (const mutation of mutations) {
        missed.push(await judge(mutate(program, mutation), known));
      }
      return missed.filter((one) => one !== undefined);
    });
    expect(failures.flat()).toEqual([]);
  });

  test('what the catalogue refuses on behalf of Kubernetes, the API server refuses', async () => {
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
      // Older ones look less closely, at claim templates for one.
      expect(taken.filter((title) => NOT_YET[title] !== undefined)).toEqual([]);
    }
    process.stdout.write(
      `Kubernetes ${version}: of ${claims.length} rules of the catalogue that speak for Kubernetes it refuses ${claims.length - taken.length}\n`,
    );
  });
});
