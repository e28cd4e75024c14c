/** Returns the address of the documentation of a finding, for a version of this package. */
export function docsOf(finding: string, version: string): string {
  return `https://github.com/cdk8s-dagger/cdk8s-dagger/blob/v${version}/docs/reference/findings.md#${finding}`;
}
