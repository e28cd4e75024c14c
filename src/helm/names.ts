/** Helm's `trunc 63 | trimSuffix "-"`: it removes one dash, not all of them. */
export function truncated(text: string, length = 63): string {
  return text.slice(0, length).replace(/-$/, '');
}

/** The names of a chart's objects. */
export interface ReleaseNames {
  /** `dagger.name` of the charts' helpers. */
  readonly name: string;
  /** `dagger.fullname`. */
  readonly fullname: string;
  /** The key that the full name comes from, or `releaseName`. */
  readonly origin: string;
}

/** Returns the names as `templates/_helpers.tpl` of all three charts has them. */
export function releaseNames(
  releaseName: string,
  { nameOverride, fullnameOverride }: { readonly nameOverride?: string; readonly fullnameOverride?: string },
): ReleaseNames {
  const name = nameOverride || 'dagger-helm';
  const full = fullnameOverride || (releaseName.includes(name) ? releaseName : `${releaseName}-${name}`);
  return {
    name: truncated(name),
    fullname: truncated(full),
    origin: fullnameOverride
      ? 'fullnameOverride'
      : nameOverride && !releaseName.includes(name)
        ? 'nameOverride'
        : 'releaseName',
  };
}
