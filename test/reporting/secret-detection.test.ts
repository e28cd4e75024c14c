import { redact, secretIn, secretNamed } from '../../src/reporting/secret-detection';

/** Strings that look like secrets, each in two parts so that no scanner reports this file as a leak. */
const SECRETS: ReadonlyArray<readonly [what: string, text: string]> = [
  ['a private key', `-----BEGIN ${'PRIVATE KEY'}-----\nMC4CAQAwBQYDK2VwBCIEIJ\n-----END ${'PRIVATE KEY'}-----`],
  ['a private key', `-----BEGIN RSA ${'PRIVATE KEY'}-----\nMIIEow`],
  ['a private key', `-----BEGIN OPENSSH ${'PRIVATE KEY'}-----\nb3BlbnNza`],
  ['a private key', `-----BEGIN PGP ${'PRIVATE KEY BLOCK'}-----\nlQOYBF`],
  ...['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'OPENSSH PRIVATE KEY', 'ENCRYPTED PRIVATE KEY'].map(
    (kind) => ['a private key', Buffer.from(`-----BEGIN ${kind}-----\nMC4CAQ\n`).toString('base64')] as const,
  ),
  ['a private key', `AGE-SECRET-${'KEY-1'}${'Q'.repeat(58)}`],
  ['a GitHub token', `ghp_${'a1B2'.repeat(9)}`],
  ['a GitHub token', `github_pat_${'a1B2_'.repeat(16)}`],
  ['a GitLab token', `glpat-${'a1B2_'.repeat(4)}`],
  ['a Dagger Cloud token', `dag_example-org_${'a1B2'.repeat(8)}`],
  ['a Docker Hub token', `dckr_pat_${'a1B2-'.repeat(6)}`],
  ['an npm token', `npm_${'a1B2'.repeat(9)}`],
  ['a Slack token', `xoxb-${'1234567890'}-abc`],
  ['a Vault token', `hvs.${'a1B2'.repeat(8)}`],
  ['an AWS access key', `AKIA${'ABCD1234'.repeat(2)}`],
  ['a Google API key', `AIza${'a1B2_'.repeat(7)}`],
  ['a JSON web token', `eyJ${'a1B2'.repeat(4)}.eyJ${'a1B2'.repeat(4)}.${'a1B2'.repeat(4)}`],
  ['a URL with a password', 'https://user:hunter2@registry.example.com/path'],
  ['a URL with a password', 'redis://:hunter2@cache'],
];

test.each(SECRETS)('finds %s: %#', (what, text) => {
  expect(secretIn(text)).toBe(what);
  expect(secretIn(`--flag=${text}`)).toBe(what);
  // Checks the text twice, because a stateful regular expression would miss the second match.
  expect(secretIn(text)).toBe(what);
  const shown = redact(`a: wrong; got "${text}"; fix: none`);
  expect(shown).toContain(`(${what}, not shown)`);
  expect(shown).not.toMatch(/hunter2|a1B2|ABCD1234|Q{9}|MC4C|MIIE|b3Bl|lQOY|1234567890/);
});

test('finds a private key in JSON', () => {
  const [, key] = SECRETS[0]!;
  expect(redact(JSON.stringify({ key }))).toBe('{"key":"(a private key, not shown)"}');
});

test.each([
  `-----BEGIN ${'CERTIFICATE'}-----\nMIIB\n-----END CERTIFICATE-----`,
  Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64'),
  'https://registry.example.com:5000/path@sha256:0000',
  'https://user@registry.example.com',
  'https://user:$(PASSWORD)@registry.example.com',
  'registry.example.com/engine@sha256:'.padEnd(99, '0'),
  'ssh://git@github.com/org/repo',
  'tcp://0.0.0.0:1234',
  '{"gc": {"maxUsedSpace": "75%"}}',
])('does not report %s', (text) => {
  expect(secretIn(text)).toBeUndefined();
  expect(redact(text)).toBe(text);
});

test.each([
  'DAGGER_CLOUD_TOKEN',
  'REGISTRY_PASSWORD',
  'AWS_SECRET_ACCESS_KEY',
  'DB_PASSWD',
  'DB_PASS',
  'KEY_PASSPHRASE',
  'CLIENT_SECRET',
  'API_KEY',
  'APIKEY',
  'SIGNING_KEY',
  'GIT_CREDENTIALS',
  'secretAccessKey',
  'registry-token',
])('reports the value of %s', (name) => {
  expect(secretNamed(name, 'hunter2')).toBe('a secret, judging by its name');
});

test.each([
  ['TOKEN_FILE', 'hunter2'],
  ['TOKEN_TTL', '300'],
  ['SECRET_NAME', 'registry'],
  ['IMAGE_PULL_SECRET', 'regcred'],
  ['PUBLIC_KEY', 'abc'],
  ['CACHE_KEY', 'linux'],
  ['TOKENS', 'hunter2'],
  ['PASSWORDLESS', 'x'],
  // The name matches, but the value is not a secret.
  ['USE_TOKEN', 'true'],
  ['MAX_TOKEN', '42'],
  ['GOOGLE_APPLICATION_CREDENTIALS', '/var/run/key.json'],
  ['SESSION_TOKEN', '$(TOKEN_FROM_SECRET)'],
  ['PASSWORD', ''],
])('does not report %s: %s', (name, text) => {
  expect(secretNamed(name, text)).toBeUndefined();
});

test.each([
  ['robot:Hunter2Hunter2@mirror.example.com', '(a password, not shown)mirror.example.com'],
  ['Authorization: Basic cm9ib3Q6SHVudGVyMkh1bnRlcjI=', 'Authorization: (basic authentication, not shown)'],
  ['{"auths":{"a.io":{"auth":"cm9ib3Q6SHVudGVyMg=="}}}', '{"auths":{"a.io":{(registry credentials, not shown)}}}'],
])('redacts %s', (text, redacted) => {
  expect(redact(text)).toBe(redacted);
});

test.each(['registry.dagger.io/engine:v0.21.8@sha256:0123', 'host:1234', 'git@github.com:dagger/dagger'])(
  'does not redact %s',
  (text) => {
    expect(redact(text)).toBe(text);
  },
);
