import { secretNamed } from '../reporting/secret-detection';
import { Listener } from '../network/listener';
import { EnvVar } from '../pod/env-var';
import { HostSocket } from '../pod/host-socket';
import { EngineProbe } from '../pod/probe';
import { CacheVolume } from '../storage/cache-volume';
import { ClaimRetention, VolumeSharing } from '../storage/cache-volume-options';
import { call, literal, name, object, type Expression } from '../program/expression';
import { shape } from '../reading/k8s-expressions';

/** The expressions of properties for what Kubernetes already has in its own form, wherever that is read from. */

export function cacheOfVolume(volume: unknown, sharing: keyof typeof VolumeSharing, origin: string): Expression {
  return call(
    'CacheVolume.fromVolume',
    CacheVolume.fromVolume,
    [shape(volume, 'Volume', origin), object({ sharing: name(`VolumeSharing.${sharing}`, VolumeSharing[sharing]) })],
    origin,
  );
}

/** Which pods see the same data through a volume that is mounted so. */
export function sharingOf(
  volume: { readonly [field: string]: unknown },
  { subPathExpr }: { readonly [field: string]: unknown },
): keyof typeof VolumeSharing {
  const sources = Object.keys(volume).filter((key) => key !== 'name' && volume[key] !== null);
  const isOfPod = sources.length === 0 || ['emptyDir', 'ephemeral', 'csi'].some((source) => sources.includes(source));
  // A directory of its own for each pod, by its name.
  return isOfPod || String(subPathExpr).includes('$(') ? 'POD' : sources.includes('hostPath') ? 'NODE' : 'CLUSTER';
}

export function noCache(origin: string): Expression {
  return call('CacheVolume.none', CacheVolume.none, [], origin);
}

/** Claim templates, and what becomes of the claims. */
export function cacheOfClaimTemplate(
  template: unknown,
  retention: { readonly [field in 'whenDeleted' | 'whenScaled']: string | undefined },
  origin: string,
  retentionOrigin: string,
): Expression {
  const options = object(
    {
      whenDeleted: claimRetention(retention.whenDeleted, `${retentionOrigin}.whenDeleted`),
      whenScaled: claimRetention(retention.whenScaled, `${retentionOrigin}.whenScaled`),
    },
    retentionOrigin,
  );
  return call(
    'CacheVolume.fromClaimTemplate',
    CacheVolume.fromClaimTemplate,
    [shape(template, 'KubePersistentVolumeClaimProps', origin), options.entries.length === 0 ? undefined : options],
    origin,
  );
}

function claimRetention(value: string | undefined, origin: string): Expression | undefined {
  const member = Object.entries(ClaimRetention).find(([, one]) => one === value);
  return value === undefined
    ? undefined
    : member === undefined
      ? literal(value, origin)
      : name(`ClaimRetention.${member[0]}`, member[1], origin);
}

export function socketOfVolume(volume: unknown, origin: string): Expression {
  return call('HostSocket.fromVolume', HostSocket.fromVolume, [shape(volume, 'Volume', origin)], origin);
}

export function noSocket(origin: string): Expression {
  return call('HostSocket.none', HostSocket.none, [], origin);
}

export function noProbe(): Expression {
  return call('EngineProbe.none', EngineProbe.none, []);
}

export function probeOf(wire: unknown, origin: string): Expression {
  return wire === undefined
    ? noProbe()
    : call('EngineProbe.fromProbe', EngineProbe.fromProbe, [shape(wire, 'Probe', origin)], origin);
}

/** A variable. A text that looks like a secret is not written down. */
export function variableOf(
  variable: string,
  { value = '', valueFrom }: { readonly value?: string; readonly valueFrom?: unknown },
  origin: string,
): Expression {
  if (valueFrom !== undefined) {
    return call(
      'EnvVar.fromSource',
      EnvVar.fromSource,
      [shape(valueFrom, 'EnvVarSource', `${origin}.valueFrom`)],
      origin,
    );
  }
  const text: Expression =
    secretNamed(variable, value) === undefined ? literal(value) : { kind: 'secret', value, variable };
  return call('EnvVar.value', EnvVar.value, [text], origin);
}

/** A plain port that the container declares in its own way, behind a Service of someone else. */
export function plainListener(
  port: number,
  address: string | undefined,
  service: Expression,
  origin: string,
): Expression {
  const options = object({
    port: literal(port, origin),
    address: address === undefined ? undefined : literal(address, origin),
    declarePort: literal(false),
    service,
  });
  return call('Listener.insecureTcp', Listener.insecureTcp, [options], origin);
}
