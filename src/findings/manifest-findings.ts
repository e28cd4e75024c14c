import { EngineRisk } from '../reporting/engine-risk';
import { FIXES, RISKS } from './engine-findings';
import { FindingSeverity, type FindingKind } from './finding';
import { reporter, WORKLOAD_FINDINGS } from './finding-kinds';

const { ERROR, WARNING } = FindingSeverity;

/** The findings in manifests, in addition to those of the constructs. */
export const MANIFEST_FINDINGS = {
  ...WORKLOAD_FINDINGS,
  'admits-everyone': {
    severity: WARNING,
    title: 'a network policy that admits everyone to the port',
    property: 'networkPolicy',
  },
  'duplicate-object': { severity: ERROR, title: 'two objects of one kind, namespace and name' },
  'host-socket-path': { ...WORKLOAD_FINDINGS['host-socket-path'], severity: WARNING },
  'invalid-manifest': { severity: ERROR, title: 'what Kubernetes refuses' },
  'overlapping-selectors': {
    severity: ERROR,
    title: 'an engine whose selector selects the pods of another',
    property: 'podSelector',
  },
  'overridden-command': {
    severity: WARNING,
    title: "a command instead of the image's own",
    source: 'dagger/dagger toolchains/engine-dev/config.go:24@v0.21.7',
  },
  'unprivileged-engine': {
    severity: ERROR,
    title: 'an engine without the rights that it needs',
    source: 'dagger/dagger cmd/engine/main.go:327@v0.21.7',
    property: 'security',
  },
} satisfies { readonly [name: string]: FindingKind };

export const report = reporter(MANIFEST_FINDINGS);

/** Risks of programs that no manifest shows. */
const UNSEEN: readonly string[] = [
  EngineRisk.METRICS_BY_VARIABLE,
  EngineRisk.TLS_BEHIND_PLAIN_LISTENER,
  EngineRisk.UNMANAGED_FLAG,
];

/** The name of every finding in manifests. */
export const MANIFEST_FINDING_NAMES: readonly string[] = [
  ...new Set([...Object.keys(MANIFEST_FINDINGS), ...Object.keys(RISKS), ...Object.keys(FIXES)]),
]
  .filter((name) => !UNSEEN.includes(name))
  .sort();
