import { ApiObject, Size, type Chart } from 'cdk8s';
import { CacheVolume, EngineStatefulSet, EngineVersion, Listener } from '../../../src/index';
import { compareReleases, release } from '../../../src/version/release';
import { chart } from '../../engines';
import { CLIENT_IMAGE, importEngine, realEngines, type TestEngine } from '../engines';
import { missingAnd } from '../requirements';
import { reportSkipped } from '../skipped';
import { onCluster } from '../suite';
import { apply, expectReady, lastError, runningClient, seen, SMALL } from './scenario';

const TITLE = 'several engine releases';
const ADMITTED =
  'exactly the engines that the table of versions allows admit a client, and build if the client is not newer';

/** The time within which a client of an incompatible release must fail. Compatible ones retry for ten minutes. */
const REJECTED_SECONDS = 60;

/** Part of the message of an engine or a client that rejects the release of the other one. */
const INCOMPATIBLE = /incompatible (client|engine) version/i;

const engines = realEngines();

/** Returns the release as a part of Kubernetes names. */
function slug({ version }: TestEngine): string {
  return version.replaceAll('.', '-');
}

/** Adds an idle pod with the CLI of a release, and connects it to an engine. */
function clientOf({ version }: TestEngine, engine: EngineStatefulSet, name: string, scope: Chart): void {
  const cli = { name: 'cli', mountPath: '/usr/local/bin' };
  const pod = new ApiObject(scope, name, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      terminationGracePeriodSeconds: 0,
      initContainers: [
        {
          name: 'cli',
          image: `registry.dagger.io/engine:${version}`,
          command: ['cp', '/usr/local/bin/dagger', '/cli/'],
          volumeMounts: [{ ...cli, mountPath: '/cli' }],
        },
      ],
      containers: [{ name: 'client', image: CLIENT_IMAGE, volumeMounts: [cli] }],
      volumes: [{ name: cli.name, emptyDir: {} }],
    },
  });
  // Without `clientVersion`, the library doesn't reject a client of an incompatible release.
  const allowed = engine.version._rejectionOf(EngineVersion.of(version)) === undefined;
  engine.connect(pod, allowed ? { clientVersion: version } : {});
}

// Engines of all releases in ENGINE_IMAGES run at the same time. A client of each release connects to each engine.
if (engines.length < 2) {
  reportSkipped(`${TITLE}: ${ADMITTED}`, missingAnd('two or more releases in ENGINE_IMAGES'));
  test.skip(ADMITTED, () => {});
} else {
  onCluster(TITLE, (suite) => {
    const { aloneScenario, cluster } = suite;
    beforeAll(async () => {
      for (const engine of engines) {
        await importEngine(cluster(), engine);
      }
    }, 600_000);

    aloneScenario(
      ADMITTED,
      async (namespace) => {
        const program = chart({ namespace });
        const pairs = engines.flatMap((engine) => {
          const pool = new EngineStatefulSet(program, `engine-${slug(engine)}`, {
            version: engine.version,
            resources: SMALL,
            cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
            listener: Listener.insecureTcp(),
          });
          return engines.map((client) => {
            const name = `client-${slug(client)}-of-${pool.name}`;
            clientOf(client, pool, name, program);
            return { client, name, pool, rejection: pool.version._rejectionOf(EngineVersion.of(client.version)) };
          });
        });
        await apply(cluster(), program);
        for (const pool of new Set(pairs.map((pair) => pair.pool))) {
          await expectReady(cluster(), pool);
        }

        const wrong: string[] = [];
        for (const { client, name, pool, rejection } of pairs) {
          const pod = await runningClient({ ...suite, engine: client }, namespace, name);
          const title = `client ${client.version} on engine ${pool.version.tag}`;
          if (rejection === undefined) {
            const admitted = await pod.run("echo '{version}' | dagger --progress=plain query");
            if (admitted.status !== 0) {
              wrong.push(`${title}: ${admitted.stderr.slice(-2000)}`);
            }
            const isNewer = compareReleases(release(client.version), release(pool.version.tag)) > 0;
            const built = await pod.build().then(
              ({ seconds }) => `build ${seconds.toFixed(0)} s`,
              ({ message }: Error) => {
                if (!isNewer) {
                  wrong.push(`${title}: ${message}`);
                }
                return /Cannot query field.*?\./.exec(message)?.[0].replaceAll('\\', '') ?? message;
              },
            );
            seen(`${title}: admitted, ${built}`);
          } else {
            const started = Date.now();
            const { status, stderr } = await pod.run('dagger --progress=plain core version', REJECTED_SECONDS);
            const seconds = (Date.now() - started) / 1000;
            seen(`${title}: exit code ${status} after ${seconds.toFixed(0)} s: ${lastError(stderr)}`);
            if (status === 0 || !INCOMPATIBLE.test(stderr)) {
              wrong.push(`${title}: exit code ${status}: ${stderr.slice(-2000)}`);
            }
          }
        }
        expect(wrong).toEqual([]);
      },
      1200,
    );
  });
}
