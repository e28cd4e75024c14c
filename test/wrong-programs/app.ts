import { ApiObject, Chart } from 'cdk8s';
import { EngineWarning, Warnings } from '../../src';
import { daemonSet, statefulSet, type WrongProgram } from './program';

export const APP_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'two engines of one name in one namespace',
    program: (chart) => {
      daemonSet(chart, { name: 'dagger' }, 'one');
      daemonSet(chart, { name: 'dagger' }, 'two');
    },
    says: `[ci/two] EngineDaemonSet has 1 problem:\n  - selector: ci/one selects the same pods, so the Services and workloads of both would take each other's; got {"app.kubernetes.io/name":"dagger-engine","app.kubernetes.io/instance":"dagger"}; allowed: a selector of its own in its namespace; fix: give one of them another name or namespace, or say that they are for different clusters: Cluster.separate(chart)`,
  },
  {
    title: 'two engines of one name in two charts of one namespace',
    program: (chart) => {
      daemonSet(chart);
      statefulSet(new Chart(chart, 'pool', { namespace: 'ci' }));
    },
    says: `[ci/pool/engine] EngineStatefulSet has 1 problem:\n  - selector: ci/engine selects the same pods, so the Services and workloads of both would take each other's; got {"app.kubernetes.io/name":"dagger-engine","app.kubernetes.io/instance":"engine"}; allowed: a selector of its own in its namespace; fix: give one of them another name or namespace, or say that they are for different clusters: Cluster.separate(chart)`,
  },
  {
    title: 'two engines with one selector',
    program: (chart) => {
      daemonSet(chart, { selector: { app: 'dagger' } }, 'one');
      daemonSet(chart, { selector: { app: 'dagger' } }, 'two');
    },
    says: `[ci/two] EngineDaemonSet has 1 problem:\n  - selector: ci/one selects the same pods, so the Services and workloads of both would take each other's; got {"app":"dagger"}; allowed: a selector of its own in its namespace; fix: give one of them another name or namespace, or say that they are for different clusters: Cluster.separate(chart)`,
  },
  {
    title: 'an object of one\'s own with the name of one of the engine\'s',
    program: (chart) => {
      statefulSet(chart);
      new ApiObject(chart, 'mine', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'engine-config' } });
    },
    says: 'Validation failed with the following errors:\n  [] two objects are ConfigMap "engine-config" in namespace "ci": ci/engine/ConfigMap and ci/mine; allowed: one of a kind, namespace and name; fix: give one of them another name or namespace, or say that they are for different clusters: Cluster.separate(chart)',
  },
  {
    title: 'a warning that is silenced without a reason',
    program: (chart) => Warnings.of(chart).acknowledge(EngineWarning.NFS_CACHE, ' '),
    says: '[ci] acknowledging the warning "nfs-cache" needs a reason; got " "; fix: say why it is fine here',
  },
];
