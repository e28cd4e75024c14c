import { remember } from './remember';

interface SecretFormat {
  readonly what: string;
  /**
   * Every match contains at least one of these strings. Searching for them is faster than compiling and running the
   * pattern.
   */
  readonly hints: readonly string[];
  readonly pattern: RegExp;
}

/** The formats that identify a secret without its name. GitHub, GitLab and others publish theirs for scanners. */
const FORMATS: readonly SecretFormat[] = [
  {
    what: 'a private key',
    hints: ['-----BEGIN'],
    pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:[\s\S]*?-----END [A-Z0-9 ]+-----|[\s\S]*)/g,
  },
  // The same headers in base64, for PKCS #8, RSA, EC, OpenSSH and encrypted keys.
  {
    what: 'a private key',
    hints: ['LS0tLS1CRUdJTiB'],
    pattern:
      /LS0tLS1CRUdJTiB(?:QUklWQVRF|SU0EgUFJJVkFUR|FQyBQUklWQVRF|PUEVOU1NIIFBSSVZBVE|FTkNSWVBURUQgUFJJVkFUR)[A-Za-z0-9+/=]*/g,
  },
  { what: 'a private key', hints: ['AGE-SECRET-KEY'], pattern: /\bAGE-SECRET-KEY-1[0-9A-Z]{20,}/g },
  {
    what: 'a GitHub token',
    hints: ['gh', 'github_pat_'],
    pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{22,})/g,
  },
  {
    what: 'a GitLab token',
    hints: ['gl'],
    pattern: /\b(?:glpat|gldt|glrt|glcbt|glptt|glft|glsoat|glagent)-[\w-]{20,}/g,
  },
  { what: 'a Dagger Cloud token', hints: ['dag_'], pattern: /\bdag_[A-Za-z0-9-]+_[A-Za-z0-9]{20,}/g },
  { what: 'a Docker Hub token', hints: ['dckr_'], pattern: /\bdckr_(?:pat|oat)_[\w-]{20,}/g },
  { what: 'an npm token', hints: ['npm_'], pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { what: 'a Slack token', hints: ['xox'], pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g },
  { what: 'a Vault token', hints: ['hvs.', 'hvb.'], pattern: /\bhv[sb]\.[\w-]{24,}/g },
  { what: 'an AWS access key', hints: ['AKIA', 'ASIA'], pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g },
  { what: 'a Google API key', hints: ['AIza'], pattern: /\bAIza[\w-]{35}/g },
  // The content of a Docker configuration file. `$NAME` is a reference, not a secret.
  {
    what: 'registry credentials',
    hints: ['"auth"', 'token"', '"password"'],
    pattern: /"(?:auth|identitytoken|registrytoken|password)"\s*:\s*"[^"$\s]{4,}"/g,
  },
  // The beginning of a Docker configuration file, `{"auths":`, in base64.
  {
    what: 'registry credentials',
    hints: ['eyJhdXRocyI6', 'ewogICJhdXRocyI6', 'ewoJImF1dGhzIjog'],
    pattern: /(?:eyJhdXRocyI6|ewogICJhdXRocyI6|ewoJImF1dGhzIjog)[A-Za-z0-9+/=]{8,}/g,
  },
  { what: 'a JSON web token', hints: ['eyJ'], pattern: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g },
  // `$(NAME)` isn't a password, because Kubernetes replaces it.
  {
    what: 'a URL with a password',
    hints: ['@'],
    pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:(?!\$[({])[^\s/@"']+@/gi,
  },
  // The host must contain a dot, so that a digest such as `image:tag@sha256:...` doesn't match.
  {
    what: 'a password',
    hints: ['@'],
    pattern: /(?<![\w/.-])[\w.+-]+:(?!\$[({])[^\s/:@"'$]{4,}@(?=[\w-]+\.[\w.-]*\w)/g,
  },
  {
    what: 'basic authentication',
    hints: ['Basic '],
    pattern: /\bBasic [A-Za-z0-9+/]{12,}={0,2}(?![A-Za-z0-9+/])/g,
  },
];

const SECRET_WORDS = new Set([
  'credential',
  'credentials',
  'pass',
  'passphrase',
  'passwd',
  'password',
  'secret',
  'token',
  'apikey',
]);
const SECRET_KEYS = new Set(['access', 'api', 'encryption', 'private', 'secret', 'signing']);

/** The minimum length of a secret in any of the formats. */
const MINIMUM_LENGTH = 10;

/**
 * Returns the kind of secret that a string appears to contain, or undefined. Messages never contain the string itself.
 */
export function secretIn(text: string): string | undefined {
  return text.length < MINIMUM_LENGTH ? undefined : formatIn(text);
}

// `search` ignores `lastIndex` and starts at the beginning.
const formatIn = remember((text) => formatsIn(text).find(({ pattern }) => text.search(pattern) >= 0)?.what);

/**
 * Returns the kind of secret in a named value, such as an environment variable. If only the name suggests a secret,
 * then switches, numbers, paths, and references that Kubernetes replaces don't count as secrets.
 */
export function secretNamed(name: string, text: string): string | undefined {
  return secretIn(text) ?? (isSecretName(name) && !isHarmless(text) ? 'a secret, judging by its name' : undefined);
}

function isHarmless(text: string): boolean {
  return /^(|true|false|yes|no|on|off|none|[0-9.]+[a-z]*|\/.*|\$[({].*[)}])$/is.test(text.trim());
}

/** Replaces everything in a message that has the format of a secret. */
export function redact(text: string): string {
  return formatsIn(text).reduce((rest, { pattern, what }) => rest.replace(pattern, `(${what}, not shown)`), text);
}

/** Returns the formats whose hints occur in a string. Most strings contain no hints. */
function formatsIn(text: string): SecretFormat[] {
  return FORMATS.filter(({ hints }) => hints.some((hint) => text.includes(hint)));
}

/** Matches `DAGGER_CLOUD_TOKEN`, `--registry-password`, `secretAccessKey`, but not `TOKEN_FILE`, `tokenTtl`. */
const isSecretName = remember((name) => {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const [before, last] = [words.at(-2) ?? '', words.at(-1) ?? ''];
  // `IMAGE_PULL_SECRET` contains the name of a Secret, not a secret.
  return (
    (SECRET_WORDS.has(last) && !(before === 'pull' && last === 'secret')) || (last === 'key' && SECRET_KEYS.has(before))
  );
});
