import { EnvVar, KeySelector, type EngineProxy } from '../../src/index';
import { container, problems, statefulSet } from '../engines';

const env = (proxy: EngineProxy) => container(statefulSet({ proxy })).env;
const NO_PROXY = 'localhost,127.0.0.1,::1,.svc,.cluster.local,10.87.0.0/16,.dagger.local';
const URL = EnvVar.fromValue('http://proxy.example.com:3128');

test('renders every property', () => {
  const all: Required<EngineProxy> = {
    http: URL,
    https: EnvVar.fromKey(KeySelector.fromSecretName('proxy', 'url')),
    ftp: URL,
    all: EnvVar.fromValue('socks5://proxy.example.com:1080'),
    noProxy: ['.example.com', '10.0.0.0/8', '.svc'],
  };
  expect(env(all)).toEqual([
    { name: 'HTTP_PROXY', value: 'http://proxy.example.com:3128' },
    { name: 'HTTPS_PROXY', valueFrom: { secretKeyRef: { name: 'proxy', key: 'url' } } },
    { name: 'FTP_PROXY', value: 'http://proxy.example.com:3128' },
    { name: 'ALL_PROXY', value: 'socks5://proxy.example.com:1080' },
    { name: 'NO_PROXY', value: `${NO_PROXY},.example.com,10.0.0.0/8` },
  ]);
});

test('excludes addresses in the cluster by default', () => {
  expect(env({ https: URL })).toEqual([
    { name: 'HTTPS_PROXY', value: 'http://proxy.example.com:3128' },
    { name: 'NO_PROXY', value: NO_PROXY },
  ]);
});

test('validates the Secret of a proxy', () => {
  expect(
    problems(() => statefulSet({ proxy: { https: EnvVar.fromKey(KeySelector.fromSecretName('Proxy', 'url')) } })),
  ).toEqual([
    'proxy.https: must be a valid object name; got "Proxy"; allowed: lower-case letters, digits, \'-\' and \'.\', at most 253 characters; fix: set the name to "proxy"',
  ]);
});

test('renders nothing without a proxy', () => {
  expect(problems(() => statefulSet({ proxy: { noProxy: ['a'] } }))).toEqual([
    'proxy: at least one proxy is required; got {"noProxy":["a"]}; allowed: at least one of http, https, ftp, all; fix: use a value such as { https: EnvVar.fromValue(\'http://proxy.example.com:3128\') }',
  ]);
});

test('rejects invalid URLs, and entries that contain a list', () => {
  expect(
    problems(() => statefulSet({ proxy: { http: EnvVar.fromValue('proxy.example.com'), noProxy: ['a,b', ''] } })),
  ).toEqual([
    'proxy.http: must be a proxy URL; got "proxy.example.com"; allowed: SCHEME://HOST[:PORT], with the scheme http, https, socks5 or socks5h; fix: use a value such as EnvVar.fromValue(\'http://proxy.example.com:3128\')',
    'proxy.noProxy[0]: must be a single host, domain or network; got "a,b"; allowed: text without spaces or commas; fix: split it into one entry per host',
    'proxy.noProxy[1]: must be a single host, domain or network; got ""; allowed: text without spaces or commas; fix: split it into one entry per host',
  ]);
});

test.each([
  'http://user:hunter2@proxy.example.com:3128',
  'user:hunter2@proxy.example.com:3128',
  'http://user@proxy example.com',
])('rejects credentials without printing them: %s', (url) => {
  const messages = problems(() => statefulSet({ proxy: { https: EnvVar.fromValue(url) } }));
  expect(messages).toEqual([
    'proxy.https: contains credentials, which anyone who can read the manifest would see; allowed: a URL without a user or password; ' +
      'fix: keep the URL in a Secret and use EnvVar.fromKey(KeySelector.fromSecretName(name, key))',
  ]);
});
