import type {
  DownwardAPIVolumeFile,
  KeyToPath,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from 'kubernetes-types/core/v1';
import type { LabelSelector } from 'kubernetes-types/meta/v1';
import type { Problems } from '../../reporting/problems';
import { checkDnsSubdomain, isDnsSubdomain, isQualifiedName } from '../names';
import {
  checkAbsent,
  checkFileMode,
  checkFilePath,
  checkOneOf,
  checkRange,
  checkSingle,
  indexed,
  INT32_MAX,
} from './rules';
import { checkSelector } from './label-selectors';

const SOURCES = ['clusterTrustBundle', 'configMap', 'downwardAPI', 'podCertificate', 'secret', 'serviceAccountToken'];
const KEY_TYPES = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'];
const CERTIFICATE_PATHS = ['credentialBundlePath', 'keyPath', 'certificateChainPath'] as const;
/**
 * The maximum lifetimes of certificates from Kubernetes signers and from other signers (pkg/apis/certificates,
 * types.go).
 */
const DAY = 86_400;
const KUBERNETES_DAYS_MAX = 1;
const DAYS_MAX = 91;

interface ClusterTrustBundle {
  readonly labelSelector?: LabelSelector;
  readonly name?: string;
  readonly path?: string;
  readonly signerName?: string;
  readonly user?: number;
}

interface PodCertificate {
  readonly certificateChainPath?: string;
  readonly credentialBundlePath?: string;
  readonly keyPath?: string;
  readonly keyType?: string;
  readonly maxExpirationSeconds?: number;
  readonly signerName?: string;
  readonly user?: number;
  readonly userAnnotations?: { readonly [key: string]: string };
}

/** A source with the fields that `kubernetes-types` doesn't have yet. */
interface NewerProjection extends Omit<VolumeProjection, 'clusterTrustBundle'> {
  readonly clusterTrustBundle?: ClusterTrustBundle;
  readonly podCertificate?: PodCertificate;
}

type CheckKeys = (problems: Problems, items: readonly KeyToPath[] | undefined) => void;
type CheckFiles = (problems: Problems, items: readonly DownwardAPIVolumeFile[] | undefined) => void;

/** Checks a volume with files from several sources (pkg/apis/core/validation, validateProjectionSources). */
export function checkProjected(
  problems: Problems,
  volume: ProjectedVolumeSource,
  checkKeys: CheckKeys,
  checkFiles: CheckFiles,
): void {
  checkFileMode(problems, 'defaultMode', volume.defaultMode);
  checkUser(problems, 'defaultUser', (volume as { readonly defaultUser?: number }).defaultUser);
  const taken = new Set<string>();
  for (const [index, source] of indexed(volume.sources as readonly NewerProjection[] | undefined)) {
    const at = problems.at(`sources[${index}]`);
    checkSingle(at, source, SOURCES, 'source');
    for (const field of ['secret', 'configMap'] as const) {
      if (source[field] !== undefined) {
        checkDnsSubdomain(at, `${field}.name`, source[field].name ?? '');
        checkKeys(at.at(`${field}.items`), source[field].items);
      }
    }
    checkFiles(at.at('downwardAPI.items'), source.downwardAPI?.items);
    if (source.serviceAccountToken !== undefined) {
      checkToken(at.at('serviceAccountToken'), source.serviceAccountToken);
    }
    if (source.clusterTrustBundle !== undefined) {
      checkTrustBundle(at.at('clusterTrustBundle'), source.clusterTrustBundle);
    }
    if (source.podCertificate !== undefined) {
      checkPodCertificate(at.at('podCertificate'), source.podCertificate);
    }
    checkPaths(at, source, taken);
  }
}

/** Reports several files at the same path. */
function checkPaths(problems: Problems, source: NewerProjection, taken: Set<string>): void {
  const paths = [
    ...[source.secret, source.configMap, source.downwardAPI].flatMap((files) =>
      (files?.items ?? []).map(({ path }) => path),
    ),
    source.clusterTrustBundle?.path,
    ...CERTIFICATE_PATHS.map((path) => source.podCertificate?.[path]),
  ];
  for (const path of paths) {
    if (path !== undefined && path !== '' && taken.has(path)) {
      problems.add('', {
        wrong: 'another file of the volume has this path',
        got: path,
        allowed: 'each path once',
        fix: 'choose another path',
      });
    }
    taken.add(path ?? '');
  }
}

function checkToken(problems: Problems, token: ServiceAccountTokenProjection): void {
  checkRange(problems, 'expirationSeconds', token.expirationSeconds, [600, 2 ** 32]);
  checkFilePath(problems, 'path', token.path);
  checkUser(problems, 'user', (token as { readonly user?: number }).user);
}

function checkTrustBundle(problems: Problems, bundle: ClusterTrustBundle): void {
  const { labelSelector, name, path, signerName, user } = bundle;
  if (checkSingle(problems, bundle, ['name', 'signerName'], 'source').length === 0) {
    problems.add('', { wrong: 'must have a source', allowed: 'one of name, signerName', fix: 'set one of them' });
  }
  if (name !== undefined) {
    checkBundleName(problems, name);
    checkAbsent(problems, 'labelSelector', labelSelector, {
      wrong: 'conflicts with name',
      allowed: 'a labelSelector with signerName',
      fix: 'remove it',
    });
  }
  if (signerName !== undefined) {
    checkSigner(problems, signerName);
    checkSelector(problems.at('labelSelector'), labelSelector ?? {});
  }
  checkFilePath(problems, 'path', path);
  checkUser(problems, 'user', user);
}

/**
 * Reports an invalid trust bundle name: `NAME`, or `DOMAIN:SIGNER:NAME` for the bundle of a signer
 * (pkg/apis/certificates/validation).
 */
function checkBundleName(problems: Problems, name: string): void {
  if (!isDnsSubdomain(name.slice(name.lastIndexOf(':') + 1))) {
    problems.add('name', {
      wrong: 'must be the name of a trust bundle',
      got: name,
      allowed: 'an object name, or DOMAIN:SIGNER:NAME',
      fix: "use a value such as 'example.com:signer:bundle'",
    });
  }
}

function checkPodCertificate(problems: Problems, certificate: PodCertificate): void {
  const { keyType, maxExpirationSeconds, signerName = '', user, userAnnotations = {} } = certificate;
  checkSigner(problems, signerName);
  checkOneOf(problems, 'keyType', keyType ?? '', KEY_TYPES);
  const days = /(^|\.)kubernetes\.io\//.test(signerName) ? KUBERNETES_DAYS_MAX : DAYS_MAX;
  checkRange(problems, 'maxExpirationSeconds', maxExpirationSeconds, [3600, days * DAY]);
  checkUser(problems, 'user', user);
  for (const key of Object.keys(userAnnotations)) {
    if (!isQualifiedName(key.toLowerCase()) || !key.includes('/')) {
      problems.add(`userAnnotations[${JSON.stringify(key)}]`, {
        wrong: 'must be a domain-qualified key',
        got: key,
        allowed: 'DOMAIN/NAME',
        fix: "use a value such as 'example.com/key'",
      });
    }
  }
  const paths = CERTIFICATE_PATHS.filter((path) => (certificate[path] ?? '') !== '');
  paths.forEach((path) => checkFilePath(problems, path, certificate[path]));
  if (paths.length === 0) {
    problems.add('', {
      wrong: 'must have a certificate path',
      allowed: `at least one of ${CERTIFICATE_PATHS.join(', ')}`,
      fix: "use a value such as credentialBundlePath: 'credentials.pem'",
    });
  }
}

function checkSigner(problems: Problems, name: string): void {
  if (!isSigner(name)) {
    problems.add('signerName', {
      wrong: 'must be the name of a signer',
      got: name,
      allowed: 'DOMAIN/PATH',
      fix: "use a value such as 'example.com/signer'",
    });
  }
}

function isSigner(name: string): boolean {
  const [domain = '', path, ...more] = name.split('/');
  return (
    more.length === 0 && path !== undefined && domain.includes('.') && isDnsSubdomain(domain) && isDnsSubdomain(path)
  );
}

function checkUser(problems: Problems, property: string, user: number | undefined): void {
  checkRange(problems, property, user, [0, INT32_MAX]);
}
