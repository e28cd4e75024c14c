/** A documented change that the API server rejects. */
export interface RefusedChange {
  readonly kind: 'DaemonSet' | 'Deployment' | 'Service' | 'StatefulSet';
  /** The property that changes. */
  readonly property: string;
  /** The server's message. */
  readonly says: RegExp;
  /** The declaration of the property or method whose docstring describes the rejection. */
  readonly declared: readonly [file: string, line: string];
  /** A merge patch after which the server accepts the change. @default - none: the object must be recreated */
  readonly patch?: object;
  /** The last minor version of Kubernetes that rejects the change. @default - the newest */
  readonly until?: string;
}

/** Releases before 1.33 name the fields that can change instead of those that can't. */
const OF_STATEFUL_SET = 'updates to statefulset spec for fields other than';

/** All changes that the library accepts and the server rejects. */
export const REFUSED_CHANGES: readonly RefusedChange[] = [
  ...(['DaemonSet', 'Deployment', 'StatefulSet'] as const).map((kind): RefusedChange => ({
    kind,
    property: 'podSelector',
    says: new RegExp(`spec.selector: Invalid value: .*: field is immutable|${OF_STATEFUL_SET}`),
    declared: ['src/workload/engine-props.ts', 'readonly podSelector?:'],
  })),
  {
    kind: 'StatefulSet',
    property: 'cache',
    says: new RegExp(`spec.volumeClaimTemplates: Invalid value: .*: field is immutable|${OF_STATEFUL_SET}`),
    declared: ['src/workload/engine-stateful-set.ts', 'readonly cache:'],
  },
  {
    kind: 'StatefulSet',
    property: 'claimTemplates',
    says: new RegExp(`spec.volumeClaimTemplates: Invalid value: .*: field is immutable|${OF_STATEFUL_SET}`),
    declared: ['src/workload/engine-stateful-set.ts', 'readonly claimTemplates?:'],
  },
  {
    kind: 'StatefulSet',
    property: 'serviceName',
    says: new RegExp(`spec.serviceName: Invalid value: .*: field is immutable|${OF_STATEFUL_SET}`),
    declared: ['src/workload/engine-stateful-set.ts', 'readonly serviceName?:'],
  },
  {
    kind: 'StatefulSet',
    property: 'headlessService',
    says: new RegExp(`spec.serviceName: Invalid value: .*: field is immutable|${OF_STATEFUL_SET}`),
    declared: ['src/workload/engine-stateful-set.ts', 'readonly headlessService?:'],
  },
  {
    kind: 'StatefulSet',
    property: 'podManagementPolicy',
    says: new RegExp(`spec.podManagementPolicy: Invalid value: .*: field is immutable|${OF_STATEFUL_SET}`),
    declared: ['src/workload/engine-stateful-set.ts', 'readonly podManagementPolicy?:'],
  },
  {
    kind: 'StatefulSet',
    property: 'revisionHistoryLimit',
    says: new RegExp(OF_STATEFUL_SET),
    until: '1.32',
    declared: ['src/workload/engine-stateful-set.ts', 'readonly revisionHistoryLimit?:'],
  },
  {
    kind: 'Service',
    property: 'listener',
    says: /spec.loadBalancerClass: Invalid value: .*: may not change once set/,
    declared: ['src/network/service-options.ts', 'readonly loadBalancerClass?:'],
  },
  {
    // The server keeps its defaults for rolling updates, because no manager owns them.
    kind: 'StatefulSet',
    property: 'updateStrategy',
    says: /only allowed for updateStrategy 'RollingUpdate'/,
    declared: ['src/workload/update-strategy.ts', 'public static onDelete(): EngineStatefulSetUpdateStrategy'],
    patch: { spec: { updateStrategy: { type: 'OnDelete', rollingUpdate: null } } },
  },
  ...['updateStrategy', 'cache'].map((property): RefusedChange => ({
    kind: 'Deployment',
    property,
    says: /spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'/,
    declared: ['src/workload/update-strategy.ts', 'public static recreate()'],
    patch: { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } },
  })),
];

/** The property whose field the server keeps after its removal. The property's docstring gives the alternative. */
export const KEPT = {
  property: 'serviceAccount',
  // The server copies the name to the field `serviceAccount`, which no manager owns, and later back.
  path: 'spec.template.spec.serviceAccountName',
  declared: ['src/pod/engine-container-props.ts', 'readonly serviceAccount?:'] as const,
};
