import { Size } from 'cdk8s';
import { CacheVolume, EngineCapability, EngineStatefulSet, EngineVersion, Monitoring } from '../../../src/index';
import { chart } from '../../engines';
import type { EngineSuite } from '../engines';
import { apply, seen, settled, SMALL } from './scenario';

/** Commands in the engine's container that succeed if the release has the capability. */
const CHECKS: readonly (readonly [capability: EngineCapability, command: string])[] = [
  [EngineCapability.CLI_IN_IMAGE, 'dagger core --help'],
  [EngineCapability.CLI_CORE_DEPRECATED, 'dagger core version 2>&1 | grep -i deprecated'],
  [EngineCapability.DAGGER_SOCKET, 'test -S /run/dagger/engine.sock'],
  [EngineCapability.METRICS, "grep -q ':2382 .* 0A ' /proc/net/tcp /proc/net/tcp6"],
  [EngineCapability.WCPROF_FLAG, 'dagger-engine --help | grep -e --wcprof'],
];

/** The rows of docs/reference/engine-versions.md that a container of the engine shows. */
export function facts(suite: EngineSuite): void {
  const { cluster, realScenario } = suite;
  const { version } = suite.engine;

  realScenario('an engine has the capabilities of its release in the table of versions', async (namespace) => {
    const program = chart({ namespace });
    const engine = new EngineStatefulSet(program, 'engine', {
      version,
      resources: SMALL,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
      ...(EngineVersion.of(version).supports(EngineCapability.METRICS) && { metrics: { port: 9090 } }),
    });
    await apply(cluster(), program);
    await settled(cluster(), engine);
    const found: { [id: string]: boolean } = {};
    const expected: { [id: string]: boolean } = {};
    for (const [capability, command] of CHECKS) {
      const container = { namespace, pod: 'engine-0', container: 'dagger-engine' };
      const { status } = await cluster().exec(container, ['sh', '-c', command], { timeoutSeconds: 120 });
      found[capability.id] = status === 0;
      expected[capability.id] = EngineVersion.of(version).supports(capability);
      seen(`${version}: ${capability.id}: ${status === 0 ? 'yes' : 'no'}`);
    }
    expect(found).toEqual(expected);
  });

  realScenario('an engine has the metrics that its alerts and its dashboard use', async (namespace) => {
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
    // This cluster has no Prometheus operator.
    const monitored = new EngineStatefulSet(chart({ namespace }), 'engine', {
      ...props,
      monitoring: Monitoring.prometheusOperator(),
    });
    const queries = [monitored.prometheusRule, monitored.dashboard].map((object) => JSON.stringify(object!.toJson()));
    const used = new Set(queries.join('\n').match(/\b(dagger|process)_\w+(?=\{)/g));
    expect(used.size).toBeGreaterThan(4);
    expect([...used].filter((name) => !served.has(name))).toEqual([]);
  });
}
