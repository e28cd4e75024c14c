/** The operator of a node requirement. */
export enum NodeRequirementOperator {
  /** The label has one of the values. */
  IN = 'In',
  /** The label has none of the values. */
  NOT_IN = 'NotIn',
  /** The label exists. */
  EXISTS = 'Exists',
  /** The label doesn't exist. */
  DOES_NOT_EXIST = 'DoesNotExist',
  /** The label is a number above the value. */
  GT = 'Gt',
  /** The label is a number below the value. */
  LT = 'Lt',
}

/** A requirement on a label of the nodes. */
export interface KarpenterRequirement {
  /** The key of the label, such as `karpenter.k8s.aws/instance-cpu`. */
  readonly key: string;

  /** The operator. */
  readonly operator: NodeRequirementOperator;

  /**
   * The values: at least one for IN and NOT_IN, exactly one whole number for GT and LT, otherwise none.
   *
   * @default - no values
   */
  readonly values?: string[];
}
