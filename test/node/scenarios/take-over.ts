import { parseAllDocuments } from 'yaml';
import { HelmChart, HelmRelease } from '../../../src/index';
import { run } from '../../cli/command';
import { isReady } from '../../cluster/pods';
import { chart } from '../../engines';
import type { EngineSuite } from '../engines';
import { apply, seen } from './scenario';

/** The kinds of objects that a Helm chart creates in a namespace. */
const KINDS = 'daemonset,statefulset,configmap,service,serviceaccount';

/** The values of a release for each kind of workload. */
const RELEASES = [
  { kind: 'DaemonSet', values: { engine: { kind: 'DaemonSet' } } },
  {
    kind: 'StatefulSet',
    values: {
      engine: {
        kind: 'StatefulSet',
        hostPath: { dataVolume: { enabled: false }, runVolume: { enabled: false } },
        statefulSet: { persistentVolumeClaim: { enabled: true, resources: { requests: { storage: '1Gi' } } } },
      },
    },
  },
];

/** Defines tests of programs that take over a running Helm release. */
export function takeOver(suite: EngineSuite): void {
  const { cluster, scenario } = suite;

  for (const { kind, values } of RELEASES) {
    scenario(`a program takes over the ${kind} of a Helm release without a restart`, async (namespace) => {
      const releaseName = 'taken-over';
      // `npm run test:helm` compares these objects with the output of the chart.
      const release = chart({ namespace });
      HelmRelease.fromValues(release, 'release', {
        chart: HelmChart.OFFICIAL,
        chartVersion: suite.engine.version.slice(1),
        releaseName,
        values,
      });
      await apply(cluster(), release);
      const pods = (): Promise<any[]> =>
        cluster().client.list('v1', 'Pod', { namespace, labelSelector: `app.kubernetes.io/instance=${releaseName}` });
      await cluster().until(async () => (await pods()).some(isReady), 'the release to be Ready', 180);
      const [before] = await pods();

      const running = await cluster().kubectl(['get', KINDS, `--namespace=${namespace}`, '--output=yaml']);
      const converted = await run(['from-manifests', '-', '--emit', 'manifests'], { stdin: running });
      expect(converted).toMatchObject({ code: 0, stderr: expect.not.stringContaining('No construct can create') });
      const objects = parseAllDocuments(converted.stdout).map((document) => document.toJS());
      expect(objects.map((object) => object.kind)).toContain(kind);
      await cluster().apply(objects);

      const workload = await cluster().client.get(objects.find((object) => object.kind === kind));
      expect(workload.metadata.generation).toBe(1);
      const [after] = await pods();
      expect(after.metadata.uid).toBe(before.metadata.uid);
      expect(after.status.containerStatuses[0].restartCount).toBe(0);
      seen(`taken over: ${objects.map((object) => object.kind).join(', ')}; the pod ${after.metadata.name} runs on`);
    });
  }
}
