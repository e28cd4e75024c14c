/** A rule of the library that is stricter than Kubernetes' validation. */
export interface StricterRule {
  /** Matches the property of the problem. */
  readonly property: RegExp;
  /** The beginning of the message, or of several messages. */
  readonly wrong: string | readonly string[];
  readonly why: string;
}

/** All rules that are stricter than Kubernetes' validation. docs/testing.md lists them. */
export const STRICTER: readonly StricterRule[] = [
  {
    property: /\.initContainers\[\d+\]\.ports\[\d+\]\.hostPort$/,
    wrong: 'must equal the container port in the host network',
    why: 'Kubernetes compares the ports of native sidecars with those of the node only when they start.',
  },
  {
    property: /\["(memory|storage|ephemeral-storage)"\]$/,
    wrong: 'must be a whole number of bytes',
    why: 'Kubernetes only warns of a part of a byte, which is a forgotten unit.',
  },
  {
    property: /\["(memory|ephemeral-storage|storage)"\]$/,
    wrong: 'is too small for a ',
    why: 'No container runs with less than 1 MiB of memory or storage, and no volume is smaller, so the unit is missing.',
  },
  {
    property: /\.(dataSource|dataSourceRef)\.(name|namespace|kind|apiGroup)$/,
    wrong: ['is required', 'must be a valid '],
    why: 'Kubernetes drops an incomplete data source of a claim, and the volume stays empty.',
  },
  {
    property:
      /(lifecycle\.stopSignal|\.bindMountOptions(\[\d+\])?|\.(defaultUser|user)|emptyDir\.mode|(httpGet\.protocol|grpc\.mode)|maxExpirationSeconds)$/,
    wrong: [
      'must be a file mode',
      'must be a signal that can stop a container',
      'must be in the allowed range',
      'must be one of the values that Kubernetes supports',
      'requires os.name in the pod',
      'the option is already listed',
      'HTTP/2 probes are supported only without TLS',
    ],
    why: 'Kubernetes drops the fields of disabled features without checking their values.',
  },
  {
    property: /\.(claimName|schedulerName|name|secretName)$/,
    wrong: 'must be a valid object name',
    why: 'No object can have that name, so the pods would wait for it.',
  },
  {
    property: /\.volumes\[\d+\]$/,
    wrong: 'must have exactly one source',
    why: 'Kubernetes replaces a missing source of a volume with an empty directory, which hides a forgotten source.',
  },
  {
    property: /emptyDir\.medium$/,
    wrong: 'must be one of the values that Kubernetes supports',
    why: 'The kubelet fails to mount an emptyDir with an unknown medium.',
  },
  {
    property: /\.nodePort$/,
    wrong: 'must be a TCP port',
    why: 'The API server rejects the port of a node when it allocates it, after validation.',
  },
  {
    property: /\.values$/,
    wrong: "the operator '",
    why: "The operators Gt and Lt match no node if the value isn't a number.",
  },
  {
    property: /\.terminationGracePeriodSeconds$/,
    wrong: 'must be in the allowed range',
    why: 'Kubernetes stops pods with a negative grace period after one second.',
  },
  {
    property: /^spec\.revisionHistoryLimit$/,
    wrong: 'must be in the allowed range',
    why: 'The controller of StatefulSets never deletes old revisions if their limit is negative.',
  },
  {
    property: /\.matchLabelKeys\[\d+\]$/,
    wrong: 'the selector already contains this key',
    why: 'Kubernetes rejects pods with a label that a term selects twice.',
  },
  {
    property: /\[\d+\]$/,
    wrong: 'must not be null or undefined',
    why: 'Kubernetes reads null in a list as an empty value.',
  },
  {
    property: /(limits|requests|overhead)\["[^"]*"\]$|\.(sizeLimit|divisor)$/,
    wrong: 'must be a Kubernetes quantity',
    why: 'Kubernetes reads quantities without digits, such as `+`, as zero.',
  },
];

/** Returns the stricter rule behind a problem, or undefined if Kubernetes' validation must report the problem too. */
export function stricterRule(found: { readonly property: string; readonly wrong: string }): StricterRule | undefined {
  return STRICTER.find(
    ({ property, wrong }) =>
      property.test(found.property) && [wrong].flat().some((start) => found.wrong.startsWith(start)),
  );
}
