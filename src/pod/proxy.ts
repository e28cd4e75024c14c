import { parseCidr } from '../kubernetes/cidr';
import type { Problems } from '../reporting/problems';
import { EnvVar } from './env-var';

/** The proxies that the engine and its builds use. */
export interface EngineProxy {
  /**
   * The proxy for plain HTTP.
   *
   * @default - none
   */
  readonly http?: EnvVar;

  /**
   * The proxy for HTTPS.
   *
   * @default - none
   */
  readonly https?: EnvVar;

  /**
   * The proxy for FTP.
   *
   * @default - none
   */
  readonly ftp?: EnvVar;

  /**
   * The proxy for other protocols.
   *
   * @default - none
   */
  readonly all?: EnvVar;

  /**
   * Additional hosts, domains and networks that are reached without a proxy. The library always includes the loopback
   * addresses, `.svc`, `.cluster.local`, and the network and domain of the build containers. If builds use IP
   * addresses, add the pod and Service networks of the cluster.
   *
   * @default - only the destinations that the library includes
   */
  readonly noProxy?: string[];
}

/**
 * Destinations that a proxy can't reach. The last two are the network of the engine and the domain of its service
 * containers (dagger/dagger v0.21.7 network/consts.go).
 */
export const IN_CLUSTER: readonly string[] = [
  'localhost',
  '127.0.0.1',
  '::1',
  '.svc',
  '.cluster.local',
  '10.87.0.0/16',
  '.dagger.local',
];

/**
 * Returns the proxy variables in upper case, as the engine reads them. The engine passes them to every build in upper
 * and lower case (dagger/dagger v0.21.7 engine/engineutil/executor_spec.go).
 */
export function proxyEnv(proxy: EngineProxy, problems: Problems): { [name: string]: EnvVar } {
  const { http, https, ftp, all } = proxy;
  const env: { [name: string]: EnvVar } = {};
  for (const [property, name, value] of [
    ['http', 'HTTP_PROXY', http],
    ['https', 'HTTPS_PROXY', https],
    ['ftp', 'FTP_PROXY', ftp],
    ['all', 'ALL_PROXY', all],
  ] as const) {
    if (value !== undefined) {
      checkUrl(property, value, problems);
      env[name] = value;
    }
  }
  if (Object.keys(env).length === 0) {
    problems.add('', {
      wrong: 'at least one proxy is required',
      got: proxy,
      allowed: 'at least one of http, https, ftp, all',
      fix: "use a value such as { https: EnvVar.fromValue('http://proxy.example.com:3128') }",
    });
  }
  for (const [index, entry] of (proxy.noProxy ?? []).entries()) {
    checkNoProxy(`noProxy[${index}]`, entry, problems);
  }
  env.NO_PROXY = EnvVar.fromValue([...new Set([...IN_CLUSTER, ...(proxy.noProxy ?? [])])].join(','));
  return env;
}

function checkUrl(property: string, value: EnvVar, problems: Problems): void {
  const text = value._text;
  if (checkCredentials(property, value, problems) && text !== undefined && !PROXY_URL.test(text)) {
    problems.add(property, {
      wrong: 'must be a proxy URL',
      got: text,
      allowed: 'SCHEME://HOST[:PORT], with the scheme http, https, socks5 or socks5h',
      fix: "use a value such as EnvVar.fromValue('http://proxy.example.com:3128')",
    });
  }
}

/** The proxy URLs that Go accepts (net/http/transport.go and golang.org/x/net/http/httpproxy). */
const PROXY_URL = /^(https?|socks5h?):\/\/([-\w.]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?\/?$/i;

/** Reports an entry of NO_PROXY that never matches (golang.org/x/net/http/httpproxy). */
function checkNoProxy(property: string, entry: string, problems: Problems): void {
  if (!/^[^\s,]+$/.test(entry)) {
    problems.add(property, {
      wrong: 'must be a single host, domain or network',
      got: entry,
      allowed: 'text without spaces or commas',
      fix: 'split it into one entry per host',
    });
  } else if (/^[a-z][a-z0-9+.-]*:\/\//i.test(entry)) {
    problems.add(property, {
      wrong: 'must not be a URL, which never matches',
      got: entry,
      allowed: 'a host, a domain or a network',
      fix: `write '${entry.replace(/^[^/]*\/\//, '').replace(/\/.*$/, '')}'`,
    });
  } else if (entry !== '*' && (entry.includes('/') ? parseCidr(entry) === undefined : /.\*/.test(entry))) {
    problems.add(property, {
      wrong: 'must be a host, a domain or a network, because other entries never match',
      got: entry,
      allowed: 'a host, a domain or ADDRESS/LENGTH',
      fix: "use a value such as '10.0.0.0/8' or '.example.com'",
    });
  }
}

/** Reports a proxy URL with a user or password, without showing it. Returns whether it is valid. */
function checkCredentials(property: string, value: EnvVar, problems: Problems): boolean {
  // Some programs accept addresses without a scheme.
  const hasCredentials = /^([a-z][a-z0-9+.-]*:\/\/)?[^/?#]*@/i.test(value._text ?? '');
  if (hasCredentials) {
    problems.add(property, {
      wrong: 'contains credentials, which anyone who can read the manifest would see',
      allowed: 'a URL without a user or password',
      fix: 'keep the URL in a Secret and use EnvVar.fromKey(KeySelector.fromSecretName(name, key))',
    });
  }
  return !hasCredentials;
}
