import { RISKS } from './engine-findings';
import { FindingSeverity, type Finding, type FindingKind, type Findings } from './finding';

const { ERROR, WARNING, INFO } = FindingSeverity;

/** The findings in values and manifests, in addition to those of the constructs. */
export const WORKLOAD_FINDINGS = {
  'broad-role': {
    severity: ERROR,
    title: 'a Role with every right on every object of the namespace, for an engine that calls no API',
    source: 'kubernetes.io/docs/concepts/security/rbac-good-practices',
    property: 'connection',
  },
  'cache-not-mounted': {
    severity: ERROR,
    title: "a cache volume where the engine doesn't look",
    source: 'dagger/dagger cmd/engine/config.go:41@v0.21.7',
    property: 'cache',
  },
  'deprecated-probe-command': {
    severity: INFO,
    title: 'a probe with the deprecated command `dagger core`',
    source: 'dagger/dagger 9b518f32f1',
    property: 'probes',
  },
  'duplicate-key': {
    severity: INFO,
    worst: ERROR,
    title: 'a key that is written twice: an error where the file says something else each time',
    source: 'yaml.org/spec/1.2.2, 3.2.1.3: the keys of a map are unique',
  },
  'hidden-engine-port': {
    severity: ERROR,
    title: "declared ports, or a Service, that leave out the engine's own port",
    source: 'helm/dagger/templates/engine-daemonset.yaml',
    property: 'listener',
  },
  'host-socket-path': {
    severity: INFO,
    title: 'a socket that runners look for elsewhere',
    source: 'helm/dagger/templates/engine-daemonset.yaml, docs/current_docs/adopting of dagger/dagger',
    property: 'hostSocket',
  },
  'liveness-under-load': {
    severity: WARNING,
    title: 'a liveness probe that restarts engines that are only busy',
    source: 'dagger/dagger #11703',
    property: 'probes.liveness',
  },
  'magicache-removed': {
    severity: WARNING,
    title: "Magicache, which the engine doesn't have any more",
    source: 'dagger/dagger #10774',
    property: 'env',
  },
  'moving-image': RISKS['moving-image'],
  'no-network-policy': RISKS['no-network-policy'],
  'no-volume': {
    severity: ERROR,
    title: 'a mount of the cache without its volume',
    source: 'helm/dagger/templates/engine-statefulset.yaml',
    property: 'cache',
  },
  'plain-tcp': {
    severity: WARNING,
    title: 'a port without encryption and authentication',
    source: 'dagger/dagger engine/client/client.go:223@v0.21.7',
    property: 'listener',
  },
  'port-bound-twice': RISKS['port-bound-twice'],
  'port-nobody-listens-on': {
    severity: ERROR,
    title: "a Service to a port that the engine doesn't listen on",
    source: 'dagger/dagger cmd/engine/config.go:45@v0.21.7',
    property: 'listener',
  },
  'probe-cannot-work': RISKS['probe-cannot-work'],
  'shared-selector': {
    severity: WARNING,
    title: 'a Service whose selector finds the engines of several workloads',
    source: 'kubernetes.io/docs/concepts/services-networking/service',
    property: 'listener',
  },
  'socket-not-on-node': {
    severity: WARNING,
    title: 'a directory of the node where clients look for the socket in vain',
    source: 'dagger/dagger #9866',
    property: 'hostSocket',
  },
  'split-sessions': {
    severity: WARNING,
    title: 'a Service that sends the connections of one session to different engines',
    source: 'dagger/dagger #10128',
    property: 'listener.service.sessionAffinity',
  },
  'token-mounted': {
    severity: INFO,
    title: "the service account's token in the pods",
    source: 'kubernetes.io/docs/tasks/configure-pod-container/configure-service-account',
    property: 'automountServiceAccountToken',
  },
  'unknown-engine-version': {
    severity: WARNING,
    title: 'an image whose tag is no release of the engine',
    source: 'github.com/dagger/dagger/releases',
    property: 'version',
  },
} satisfies { readonly [name: string]: FindingKind };

/** Adds a finding, of a kind that is known by its name. */
export type Report<Name extends string> = (
  findings: Findings,
  name: Name,
  key: string,
  why: string,
  fix: string,
  property?: string,
) => void;

export function reporter<Name extends string>(kinds: { readonly [name in Name]: FindingKind }): Report<Name> {
  return (findings, name, key, why, fix, property) => {
    const kind = kinds[name];
    const finding: Finding = {
      name,
      severity: kind.severity,
      key,
      why,
      fix,
      ...(kind.source !== undefined && { source: kind.source }),
    };
    const mends = property ?? kind.property;
    findings.add(mends === undefined ? finding : { ...finding, property: mends });
  };
}

export const report = reporter(WORKLOAD_FINDINGS);
