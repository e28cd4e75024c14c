import { Size } from 'cdk8s';
import {
  CacheVolume,
  Certificates,
  ClientCertificate,
  EngineCapability,
  EngineImage,
  EngineJson,
  EngineRisk,
  EngineStatefulSet,
  EngineVersion,
  Listener,
  Monitoring,
  TlsSecret,
  TlsTermination,
  Transport,
} from '../../../src/index';
import { facts as table, verdict, type Verdict } from '../../../src/version/fact-table';
import { release } from '../../../src/version/release';
import { chart } from '../../engines';
import { supporting, type EngineSuite, type TestEngine } from '../engines';
import { apply, clientPod, lastError, runningClient, seen, settled, SMALL } from './scenario';
import { addSecrets, KEYS } from './tls';

/** Commands in the engine's container that succeed if the fact applies to the release, keyed by the id of the fact. */
const COMMANDS: { readonly [id: string]: string } = {
  'cli-in-image': 'dagger core --help',
  'cli-core-deprecated': 'dagger core version 2>&1 | grep -i deprecated',
  'clients-query': "echo '{engine{clients}}' | timeout 60 dagger query",
  'dagger-socket': 'test -S /run/dagger/engine.sock',
  'engine-lock': 'test -e /var/lib/dagger/dagger-engine.lock',
  'json-gc-dagql-cache': accepts('{"gc": {"dagqlCache": {}}}'),
  'json-gc-sweep': accepts('{"gc": {"sweep": "1GB"}}'),
  'json-gc-sweep-size': accepts('{"gc": {"sweepSize": "1GB"}}'),
  'json-registries': accepts('{"registries": {}}'),
  'json-remote-cache': accepts('{"remoteCache": {}}'),
  'json-telemetry-engine-events': accepts('{"telemetry": {"engineEvents": {}}}'),
  'json-telemetry-resource-metrics': accepts('{"telemetry": {"resourceMetrics": {}}}'),
  metrics: "grep -q ':2382 .* 0A ' /proc/net/tcp /proc/net/tcp6",
  'shipped-docker-hub-mirror': 'grep -q mirror.gcr.io /etc/dagger/engine.json',
  tini: 'grep -q tini /proc/1/cmdline',
  // The port has no server. The client fails in both cases, but only one knows the scheme.
  'tls-client':
    '! _EXPERIMENTAL_DAGGER_RUNNER_HOST=tls://127.0.0.1:1 timeout 10 dagger core version 2>&1 | grep "no driver for scheme"',
  // The help hides the flag.
  'wcprof-flag': 'dagger-engine --wcprof --version',
};

/** The names of metrics, keyed by the id of the fact that the release has them. */
const METRICS: { readonly [id: string]: string } = {
  'metric-cache-disk-size': 'dagger_local_cache_total_disk_size_bytes',
  'metric-cache-entries': 'dagger_local_cache_entries',
  'metric-connected-clients': 'dagger_connected_clients',
  'metric-corrupt-db-reset': 'dagger_local_cache_corrupt_db_reset',
  'metric-dagql-cache-entries': 'dagger_dagql_cache_entries',
  'metric-dagql-cache-metadata': 'dagger_dagql_cache_metadata_estimated_bytes',
};

/** The facts that other scenarios show, each with another engine. */
const OTHERS = [
  'engine-tls',
  'engine-volumes',
  'secret-salt',
  'stop-waits-for-clients',
  'wipes-after-unclean-stop',
  'writes-root-filesystem',
];

/** Whether the scenarios found that a fact applies to a release, keyed by the id of the fact and the release. */
const found = new Map<string, Map<string, boolean>>();

/** Records whether a fact applies to the release of a real engine. */
export function recordFact(id: string, version: string, isTrue: boolean): void {
  found.set(id, (found.get(id) ?? new Map<string, boolean>()).set(version, isTrue));
}

/** The newest release whose engine can terminate TLS for Dagger clients. */
const NEWEST_WITH_ENGINE_TLS = 'v0.21.3';

/** The error that a client reports if the engine terminates TLS itself, in a release that can't. */
const NOT_HTTP2 = 'http2: frame too large, note that the frame header looked like an HTTP/1.1 header';

/** The time within which an engine must exit after SIGTERM, unless it waits for its clients. */
const EXIT_SECONDS = 60;

/**
 * Returns a command that starts a second engine with this engine.json. If the second engine knows all keys, it exits
 * because the first engine has locked the state.
 */
function accepts(json: string): string {
  return [
    `echo '${json}' > /tmp/engine.json && mount --bind /tmp/engine.json /etc/dagger/engine.json || exit 2`,
    // With the same name for its network, the second engine would copy the name servers of the first one for ever.
    'timeout 30 dagger-engine --config /etc/dagger/engine.toml --network-name=second > /tmp/engine.log 2>&1 < /dev/null',
    'umount /etc/resolv.conf /etc/dagger/engine.json',
    'grep "could not lock" /tmp/engine.log',
  ].join('\n');
}

/** Returns the statement of the table of versions. It is `unknown` for some releases that were not read. */
function statement(id: string, version: string): Verdict {
  return verdict(
    table().find((fact) => fact.id === id)!,
    release(version),
  );
}

/** Whether a fact applies to a release, according to the table of versions. */
export function applies(id: string, version: string): boolean {
  return statement(id, version) === 'yes';
}

/**
 * Returns the rows of docs/reference/engine-versions.md that the scenarios checked: on both sides of their boundary, if
 * one release has the feature and another one lacks it, or only on one side. Also returns each check that didn't run.
 */
export function checkedFacts(engines: readonly TestEngine[]): { both: string[]; one: string[]; missing: string[] } {
  const ids = [...Object.keys(COMMANDS), ...Object.keys(METRICS), ...OTHERS].sort();
  const sides = (id: string): number => new Set(found.get(id)?.values()).size;
  return {
    both: ids.filter((id) => sides(id) === 2),
    one: ids.filter((id) => sides(id) === 1),
    missing: engines.flatMap(({ version }) =>
      ids
        .filter((id) => id !== 'engine-tls' || EngineVersion.of(version).supports(EngineCapability.TLS_CLIENT))
        .filter((id) => found.get(id)?.has(version) !== true)
        .map((id) => `${id} of ${version}`),
    ),
  };
}

/** The rows of docs/reference/engine-versions.md that a container of the engine shows. */
export function facts(suite: EngineSuite): void {
  const { cluster, realScenario } = suite;
  const { version } = suite.engine;
  const container = (namespace: string) => ({ namespace, pod: 'engine-0', container: 'dagger-engine' });

  realScenario(
    'an engine has the capabilities of its release in the table of versions',
    async (namespace) => {
      const program = chart({ namespace });
      const engine = new EngineStatefulSet(program, 'engine', {
        version,
        resources: SMALL,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
        // Without a file of the library, which would hide the file in the image.
        engineJson: EngineJson.shipped(),
        ...(EngineVersion.of(version).supports(EngineCapability.METRICS) && { metrics: { port: 9090 } }),
      });
      await apply(cluster(), program);
      await settled(cluster(), engine);
      const answers: { [id: string]: boolean } = {};
      const expected: { [id: string]: boolean } = {};
      for (const [id, command] of Object.entries(COMMANDS)) {
        const { status } = await cluster().exec(container(namespace), ['sh', '-c', command], { timeoutSeconds: 120 });
        recordFact(id, version, status === 0);
        seen(`${version}: ${id}: ${status === 0 ? 'yes' : 'no'}; table: ${statement(id, version)}`);
        if (statement(id, version) !== 'unknown') {
          answers[id] = status === 0;
          expected[id] = applies(id, version);
        }
      }
      expect(answers).toEqual(expected);
    },
    600,
  );

  realScenario(
    'an engine has the metrics of its release, which its alerts and its dashboard use',
    async (namespace) => {
      const props = {
        version,
        resources: SMALL,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
      };
      const program = chart({ namespace });
      const engine = new EngineStatefulSet(program, 'engine', { ...props, metrics: {} });
      await apply(cluster(), program);
      await settled(cluster(), engine);
      const page = await cluster().kubectl([
        'get',
        '--raw',
        `/api/v1/namespaces/${namespace}/pods/engine-0:${engine.metricsPort}/proxy/metrics`,
      ]);
      const served = new Set(page.match(/^(dagger|process)_\w+/gm));
      seen(`${version}: metrics: ${[...served].filter((name) => name.startsWith('dagger_')).join(', ')}`);
      for (const [id, name] of Object.entries(METRICS)) {
        recordFact(id, version, served.has(name));
      }
      const wrong = Object.entries(METRICS).filter(([id, name]) => served.has(name) !== applies(id, version));
      expect(wrong).toEqual([]);
      // This cluster has no Prometheus operator.
      const monitored = new EngineStatefulSet(chart({ namespace }), 'engine', {
        ...props,
        monitoring: Monitoring.prometheusOperator(),
      });
      const queries = [monitored.prometheusRule, monitored.dashboard].map((object) => JSON.stringify(object!.toJson()));
      const used = new Set(queries.join('\n').match(/\b(dagger|process)_\w+(?=\{)/g));
      expect(used.size).toBeGreaterThan(3);
      expect([...used].filter((name) => !served.has(name))).toEqual([]);
    },
  );

  const terminates = EngineVersion.of(version).supports(EngineCapability.ENGINE_TLS);
  const tlsScenario = supporting(suite.engine, EngineCapability.TLS_CLIENT, realScenario);
  tlsScenario(
    `a client ${terminates ? 'connects' : "can't connect"} if the engine terminates TLS itself`,
    async (namespace) => {
      const program = chart({ namespace });
      const engine = new EngineStatefulSet(program, 'engine', {
        // The library rejects such a program for newer releases.
        version: terminates ? version : NEWEST_WITH_ENGINE_TLS,
        image: EngineImage.fromReference(`registry.dagger.io/engine:${version}`),
        ...(!terminates && {
          acceptRisks: [{ risk: EngineRisk.VERSION_MISMATCH, reason: 'shows that clients are rejected' }],
        }),
        resources: SMALL,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
        listener: Listener.tls({
          certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('server', KEYS) }),
          termination: TlsTermination.engine(),
        }),
      });
      clientPod(program, 'client', engine, {
        transport: Transport.tls(),
        certificate: ClientCertificate.fromSecret(TlsSecret.fromSecretName('admitted', KEYS)),
      });
      addSecrets(program, [`engine.${namespace}.svc`]);
      await apply(cluster(), program);
      await settled(cluster(), engine);
      const client = await runningClient(suite, namespace, 'client');
      const { status, stderr } = await client.connect();
      seen(`${version}: the engine terminates TLS: exit code ${status} of the client: ${lastError(stderr)}`);
      recordFact('engine-tls', version, status === 0);
      expect(status === 0).toBe(terminates);
      if (!terminates) {
        // A client that isn't verbose shows the reason after ten minutes (docs/how-to/troubleshooting.md).
        const verbose = await client.run('timeout -s KILL 30 dagger --progress=plain -vv core version');
        expect(verbose.stderr).toContain(NOT_HTTP2);
        expect(await cluster().logs(container(namespace))).not.toContain('http2');
      }
    },
  );

  const waits = EngineVersion.of(version).supports(EngineCapability.STOP_WAITS_FOR_CLIENTS);
  realScenario(`after SIGTERM, an engine with a client ${waits ? "doesn't exit" : 'exits'}`, async (namespace) => {
    const program = chart({ namespace });
    const engine = new EngineStatefulSet(program, 'engine', {
      version,
      resources: SMALL,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
      listener: Listener.insecureTcp(),
    });
    clientPod(program, 'client', engine);
    await apply(cluster(), program);
    await settled(cluster(), engine);
    const client = await runningClient(suite, namespace, 'client');
    await client.build();
    await client.startLongStep(container(namespace));

    const started = Date.now();
    await cluster().exec(container(namespace), ['sh', '-c', 'kill $(pidof dagger-engine)']);
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'engine-0', namespace } };
    const restarted = async (): Promise<boolean> =>
      (await cluster().client.get(pod)).status.containerStatuses[0].restartCount > 0;
    const exits = await cluster()
      .until(restarted, 'the engine to exit', EXIT_SECONDS)
      .catch(() => false);
    seen(
      `${version}: after SIGTERM with a client: ${exits ? 'exits' : 'runs'} after ${(Date.now() - started) / 1000} s`,
    );
    recordFact('stop-waits-for-clients', version, !exits);
    expect(exits).toBe(!waits);
  });
}
