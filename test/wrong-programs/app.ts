import { ApiObject, Chart } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import { CacheVolume, EngineServiceType, KeySelector, Listener } from '../../src/index';
import { daemonSet, deployment, statefulSet, type WrongProgram } from './program';

export const APP_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'two engines with the same name in one namespace',
    program: (chart) => {
      deployment(chart, { name: 'dagger', cache: CacheVolume.emptyDir() }, 'one');
      daemonSet(chart, { name: 'dagger' }, 'two');
    },
    says: `Validation failed with the following errors:\n  [ci/two] podSelector: the selector of ci/two also selects the pods of ci/one, so its Services and workload would use them; got {"app.kubernetes.io/name":"dagger-engine","app.kubernetes.io/instance":"dagger"}; allowed: a selector that matches no pods of other engines in the namespace; fix: give one of them another name or namespace, or use Cluster.separate(chart) if they are for different clusters`,
  },
  {
    title: 'two engines with the same name in two charts of one namespace',
    program: (chart) => {
      daemonSet(chart);
      deployment(new Chart(chart, 'pool', { namespace: 'ci' }), { cache: CacheVolume.emptyDir() });
    },
    says: `Validation failed with the following errors:\n  [ci/pool/engine] podSelector: the selector of ci/pool/engine also selects the pods of ci/engine, so its Services and workload would use them; got {"app.kubernetes.io/name":"dagger-engine","app.kubernetes.io/instance":"engine"}; allowed: a selector that matches no pods of other engines in the namespace; fix: give one of them another name or namespace, or use Cluster.separate(chart) if they are for different clusters`,
  },
  {
    title: 'two engines with the same selector',
    program: (chart) => {
      daemonSet(chart, { takeOver: true, podSelector: { app: 'dagger' } }, 'one');
      daemonSet(chart, { takeOver: true, podSelector: { app: 'dagger' } }, 'two');
    },
    says: `Validation failed with the following errors:\n  [ci/two] podSelector: the selector of ci/two also selects the pods of ci/one, so its Services and workload would use them; got {"app":"dagger"}; allowed: a selector that matches no pods of other engines in the namespace; fix: give one of them another name or namespace, or use Cluster.separate(chart) if they are for different clusters`,
  },
  {
    title: 'an engine that also selects the pods of another engine',
    program: (chart) => {
      daemonSet(chart, { takeOver: true, podSelector: { app: 'dagger' } }, 'one');
      daemonSet(chart, { takeOver: true, podSelector: { app: 'dagger', team: 'a' } }, 'two');
    },
    says: `Validation failed with the following errors:\n  [ci/two] podSelector: the selector of ci/one also selects the pods of ci/two, so its Services and workload would use them; got {"app":"dagger"}; allowed: a selector that matches no pods of other engines in the namespace; fix: give one of them another name or namespace, or use Cluster.separate(chart) if they are for different clusters`,
  },
  {
    title: 'two engines with the same node port',
    program: (chart) => {
      const listener = Listener.insecureTcp({ service: { type: EngineServiceType.NODE_PORT, nodePort: 31234 } });
      daemonSet(chart, { listener }, 'one');
      daemonSet(new Chart(chart, 'other', { namespace: 'other' }), { listener }, 'two');
    },
    says: 'Validation failed with the following errors:\n  [ci/other/two] listener.service.nodePort: ci/one uses the same node port, and the API server assigns it to only one Service in the cluster; got 31234; allowed: a node port for each engine; fix: choose another node port or remove it, or use Cluster.separate(chart) if they are for different clusters',
  },
  {
    title: "a custom object with the name of an engine's object",
    program: (chart) => {
      statefulSet(chart);
      new ApiObject(chart, 'mine', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'engine-config' } });
    },
    says: 'Validation failed with the following errors:\n  [] the ConfigMap "engine-config" in namespace "ci" is created twice, by ci/engine/ConfigMap and ci/mine; allowed: one object for each kind, namespace and name; fix: give one of them another name or namespace, or use Cluster.separate(chart) if they are for different clusters',
  },
  {
    title: 'a Secret in another namespace',
    program: (chart) => {
      const secret = new Secret(new Chart(chart, 'other', { namespace: 'other' }), 'ca', { metadata: { name: 'ca' } });
      daemonSet(chart, { caCertificates: [KeySelector.fromSecret(secret, 'ca.crt')] });
    },
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - caCertificates[0]: the Secret "ca" is in another namespace, and a pod can use only objects in its own namespace; got "other"; allowed: "ci"; fix: create both in charts with the same namespace',
  },
];
