/** A rule of the library that is stricter than Kubernetes' validation. */
export interface StricterRule {
  /** The property of the problem, as a regular expression. */
  readonly property: RegExp;
  /** The beginning of what the problem says. */
  readonly wrong: string;
  readonly why: string;
}

/** What the library rejects although Kubernetes' validation accepts it (docs/testing.md lists them). */
export const STRICTER: readonly StricterRule[] = [
  {
    property: /\.(dataSource|dataSourceRef)\.(name|namespace|kind|apiGroup)$/,
    wrong: '',
    why: 'Kubernetes drops an incomplete data source of a claim silently, and the volume is empty',
  },
  {
    property:
      /(lifecycle\.stopSignal|\.bindMountOptions(\[\d+\])?|\.(defaultUser|user)|emptyDir\.mode|(httpGet\.protocol|grpc\.mode)|maxExpirationSeconds)$/,
    wrong: '',
    why: 'Kubernetes drops fields of features that are off, without a check of their values',
  },
  {
    property: /\.(claimName|schedulerName|name|secretName)$/,
    wrong: 'not a valid object name',
    why: 'the name of an object that cannot exist: the pods would wait for it',
  },
  {
    property: /\.volumes\[\d+\]$/,
    wrong: 'a volume has exactly one source',
    why: 'Kubernetes makes an empty directory of a volume without source, which hides a forgotten or misspelt source',
  },
  {
    property: /emptyDir\.medium$/,
    wrong: '',
    why: 'the kubelet fails to mount an unknown medium',
  },
  {
    property: /\.nodePort$/,
    wrong: 'not a TCP port',
    why: 'the API server rejects it when it allocates the port, after validation',
  },
  {
    property: /\.values$/,
    wrong: "the operator '",
    why: 'Gt and Lt of text match no node',
  },
  {
    property: /\.terminationGracePeriodSeconds$/,
    wrong: 'out of range',
    why: 'Kubernetes stops pods with a negative time after one second',
  },
  {
    property: /\.matchLabelKeys\[\d+\]$/,
    wrong: 'the term selects that key already',
    why: 'Kubernetes rejects the pods if they have the label',
  },
  {
    property: /\[\d+\]$/,
    wrong: 'an item is missing',
    why: 'Kubernetes reads null in a list as an empty value, which no program means',
  },
  {
    property: /(limits|requests|overhead)\["[^"]*"\]$|\.(sizeLimit|divisor)$/,
    wrong: 'has the wrong type',
    why: 'quantities without digits, such as "+", are zero for Kubernetes; no program means that',
  },
];
