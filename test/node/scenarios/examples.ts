import { isReady } from '../../cluster/pods';
import { distFiles, hasEngine, isEngineWorkload, type DistFile } from '../dist-files';
import { importEngine, realEngines, skipped, type EngineSuite } from '../engines';
import { placed } from './placed-example';
import { isNormal, seen } from './scenario';

/** Defines a test for each file in dist/ with engines. The files contain the manifests of the examples. */
export function examples(suite: EngineSuite): void {
  const { cluster, localScenario } = suite;

  for (const file of distFiles()) {
    const define = isRunWith(file, suite) ? localScenario : skipped(`engines ${file.releases.join(', ')}`);
    define(`dist/${file.name}.k8s.yaml: the engines are Ready`, async (namespace, node) => {
      for (const other of realEngines().filter(({ version }) => file.releases.slice(1).includes(version))) {
        await importEngine(cluster(), other);
      }
      const { folders, objects } = placed(file.name, namespace);
      for (const folder of folders) {
        await node.run('mkdir', ['-p', folder]);
      }
      const started = Date.now();
      for (const object of objects) {
        expect(await cluster().apply([object])).toEqual([]);
      }
      const workloads = objects.filter(isEngineWorkload);
      const pods = await cluster().until(
        async () => {
          const found = (await cluster().client.list('v1', 'Pod', { namespace })).filter(hasEngine);
          return found.length >= workloads.length && found.every(isReady) ? found : undefined;
        },
        `the engines of ${file.name} to be Ready`,
        240,
      );
      const restarts: number[] = pods
        .flatMap(({ status }) => [...status.containerStatuses, ...(status.initContainerStatuses ?? [])])
        .map(({ restartCount }: any) => restartCount);
      const warnings = (await cluster().events(namespace))
        .filter(
          ({ type, involvedObject: { name } }) => type === 'Warning' && pods.some((pod) => pod.metadata.name === name),
        )
        .map(({ reason, message }) => `${reason}: ${message}`);
      seen(
        `dist/${file.name}: ${workloads.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ')}: Ready after ${((Date.now() - started) / 1000).toFixed(0)} s, restarts ${restarts.join(', ')}, warnings: ${warnings.join('; ') || 'none'}`,
      );
      expect(restarts.every((count) => count === 0)).toBe(true);
      expect(warnings.filter((warning) => !isNormal(warning))).toEqual([]);
    });
  }
}

/** Whether an engine can run a file. The stand-in runs all, and a real engine those whose first release is its own. */
function isRunWith({ releases }: DistFile, { engine: { archive, version } }: EngineSuite): boolean {
  const available = realEngines().map((engine) => engine.version);
  return archive === undefined || (releases[0] === version && releases.every((release) => available.includes(release)));
}
