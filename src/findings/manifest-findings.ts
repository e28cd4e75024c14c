import type { Risk } from '../reporting/problems';
import { EngineWarning } from '../reporting/warnings';
import { RISKS } from './engine-findings';
import { FindingSeverity, type FindingKind } from './finding';
import { reporter, WORKLOAD_FINDINGS } from './finding-kinds';

const { ERROR, WARNING } = FindingSeverity;

/** What is found in manifests, beside what the constructs say of the engine that they describe. */
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
    property: 'selector',
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

/** What the constructs say of programs, and no manifest shows: who is connected, what is accepted. */
const UNSEEN: ReadonlyArray<Risk | EngineWarning> = [
  'metrics-by-variable',
  'tls-behind-plain-listener',
  'unmanaged-flag',
  EngineWarning.ACCEPTED_RISK,
  EngineWarning.CERTIFICATE_NOT_RELOADED,
  EngineWarning.CLIENT_NOT_ADMITTED,
  EngineWarning.EXEC_IN_NAMESPACE,
  EngineWarning.HIDDEN_CLIENT_ADDRESS,
  EngineWarning.NOBODY_ADMITTED,
  EngineWarning.SHARED_SIDECAR_CACHE,
  EngineWarning.SIDECAR_NEVER_ENDS,
  EngineWarning.TLS_NEEDS_NEWER_CLIENT,
  EngineWarning.UNRESTRICTED_CLIENTS,
  EngineWarning.UNUSUAL_NODE_PORT,
];

/** Every name that a finding in a manifest can have. */
export const MANIFEST_FINDING_NAMES: readonly string[] = [
  ...new Set<string>([...Object.keys(MANIFEST_FINDINGS), ...Object.keys(RISKS), ...Object.values(EngineWarning)]),
]
  .filter((name) => !(UNSEEN as readonly string[]).includes(name))
  .sort();
