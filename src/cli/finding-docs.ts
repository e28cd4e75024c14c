/** Returns the address of the documentation of a finding, for a version of this package. */
export function docsOf(finding: string, version: string): string {
  return `${referenceOf(version)}/findings.md#${finding}`;
}

/** Returns the address of the documentation of effects, for a version of this package. */
export function effectDocsOf(version: string): string {
  return `${referenceOf(version)}/effects-of-changes.md#kinds-of-effects`;
}

function referenceOf(version: string): string {
  return `https://github.com/cdk8s-dagger/cdk8s-dagger/blob/v${version}/docs/reference`;
}
