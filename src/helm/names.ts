import type { Problem } from '../reporting/problems';

/** Helm's `trunc 63 | trimSuffix "-"`: one dash goes, not all of them. */
export function truncated(text: string, length = 63): string {
  return text.slice(0, length).replace(/-$/, '');
}

/** The names that a chart gives its objects. */
export interface ReleaseNames {
  /** `dagger.name` of the charts' helpers. */
  readonly name: string;
  /** `dagger.fullname`. */
  readonly fullname: string;
  /** Where the full name comes from: the key of the values, or `releaseName`. */
  readonly origin: string;
}

/** As `templates/_helpers.tpl` of all three charts has it. */
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

/** A name that an object of the chart is given, and what Kubernetes takes there. */
export interface GivenName {
  readonly of: string;
  readonly name: string;
  readonly max: number;
  /** The key that gives another name. */
  readonly override?: string;
  readonly kind: keyof typeof KINDS;
}

const KINDS = {
  label: {
    pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    allowed: "lower-case letters, digits and '-', from a letter or digit to a letter or digit",
  },
  subdomain: {
    pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    allowed: "lower-case letters, digits, '-' and '.', from a letter or digit to a letter or digit",
  },
  labelValue: {
    pattern: /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/,
    allowed: "letters, digits, '-', '_' and '.', from a letter or digit to a letter or digit",
  },
  service: {
    pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    allowed: "lower-case letters, digits and '-', from a letter to a letter or digit",
  },
};

/** What Kubernetes refuses a name for; undefined for a good one. */
export function problemOf({ of, name, max, kind, override = 'fullnameOverride' }: GivenName): Problem | undefined {
  const { pattern, allowed } = KINDS[kind];
  return name.length <= max && pattern.test(name)
    ? undefined
    : {
        wrong: `it makes the name of ${of}, and Kubernetes refuses that`,
        got: name,
        allowed: `${allowed}, at most ${max} characters`,
        fix: `set ${override} to one that fits`,
      };
}
