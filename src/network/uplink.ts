import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import type { KeySelector } from '../config/key-selector';
import type { EnvVar } from '../pod/env-var';
import type { Problems } from '../reporting/problems';
import type { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import { reportUnsupported, warnIfUncertain } from '../version/unsupported';
import { renderPeer, type INetworkPeer } from './network-peer';

/** The environment variables and destinations of a service that the engine sends data to. */
export interface BoundUplink {
  readonly env: { readonly [name: string]: EnvVar };
  readonly peers: readonly NetworkPolicyPeer[];
  /** The address, if the network policy has to be checked against it. */
  readonly address?: string;
}

/** The engine that a destination is checked for. */
export interface UplinkContext {
  readonly version: EngineVersion;
  readonly namespace: string | undefined;
  readonly problems: Problems;
}

/** Reports a release that can't send the data, and warns about a release that may lack the feature. */
export function checkRelease(
  { problems, version }: UplinkContext,
  capability: EngineCapability,
  { consequence, lacks, property }: { readonly property: string; readonly lacks: string; readonly consequence: string },
): void {
  if (!version.supports(capability)) {
    const problem = {
      wrong: `${version.tag} ${lacks}`,
      allowed: capability.availability,
      fix: `choose a release that supports it, or remove ${property}`,
    };
    reportUnsupported({ version, capability }, problem, '', problems);
  }
  warnIfUncertain({ version, capability }, consequence, '', problems);
}

/** Reports text that isn't an HTTP URL, and URLs with credentials. Returns the URL if it is valid. */
export function checkUrl(text: string, example: string, problems: Problems): URL | undefined {
  // The parser ignores spaces and line breaks, but the programs that read the URL don't.
  const url = URL.canParse(text) && !/\s/.test(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    problems.add('', {
      wrong: 'must be an HTTP or HTTPS URL',
      got: text,
      allowed: example,
      fix: `use a URL such as '${example}'`,
    });
    return undefined;
  }
  if (url.username !== '' || url.password !== '') {
    problems.add('', {
      wrong: 'contains credentials, which anyone who can read the manifest would see',
      allowed: 'a URL without a user or password',
      fix: 'keep them in a Secret',
    });
    return undefined;
  }
  return url;
}

/** Reports a secret value that comes from a ConfigMap. */
export function checkSecret(selector: KeySelector | undefined, property: string, problems: Problems): void {
  if (selector !== undefined && selector.objectKind !== 'Secret') {
    problems.add(property, {
      wrong: 'must be a key of a Secret, because ConfigMaps are not protected like Secrets',
      got: `ConfigMap ${selector.objectName}`,
      allowed: 'a key of a Secret',
      fix: 'use KeySelector.fromSecretName(name, key)',
    });
  }
}

/** Returns the peers of a destination, for the network policy. */
export function peersOf(peer: INetworkPeer, namespace: string | undefined, problems: Problems): NetworkPolicyPeer[] {
  return renderPeer(peer, namespace, 'builds can reach all addresses', problems);
}
