/** Truncates text as `trunc 63 | trimSuffix "-"` does in a template, which removes only one dash. */
export function truncated(text: string, length = 63): string {
  return text.slice(0, length).replace(/-$/, '');
}

/** The names of a chart's objects. */
export interface ReleaseNames {
  /** The value of `dagger.name` in the charts. */
  readonly name: string;
  /** The value of `dagger.fullname` in the charts. */
  readonly fullname: string;
  /** The key that determines the full name, or `releaseName`. */
  readonly origin: string;
}

/** Returns the names that all three charts define in `templates/_helpers.tpl`. */
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
