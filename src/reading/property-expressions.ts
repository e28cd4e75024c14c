import { Duration } from 'cdk8s';
import { secretNamed } from '../reporting/secret-detection';
import { EnvVar } from '../pod/env-var';
import { EngineProbe } from '../pod/probe';
import { CacheVolume } from '../storage/cache-volume';
import { ClaimRetention, VolumeSharing } from '../storage/cache-volume-options';
import { literal, name, object, staticCall, type Expression } from '../program/expression';
import type { Field } from './field';
import { shape } from './k8s-expressions';

/** Returns a number of seconds as a `Duration`. A negative number stays a number, which the constructs report. */
export function duration(seconds: number, origin?: string): Expression {
  const number = literal(seconds, origin);
  return seconds < 0 ? number : staticCall({ Duration }, 'seconds', [number], origin);
}

export function cacheOfVolume(volume: Field, sharing: keyof typeof VolumeSharing): Expression {
  return staticCall(
    { CacheVolume },
    'fromVolume',
    [shape(volume, 'Volume'), object({ sharing: name(`VolumeSharing.${sharing}`, VolumeSharing[sharing]) })],
    volume.origin,
  );
}

/** Returns the sharing of a mounted volume: the pods that see the same data. */
export function sharingOf(
  volume: { readonly [field: string]: unknown },
  { subPathExpr }: { readonly [field: string]: unknown },
): keyof typeof VolumeSharing {
  const sources = Object.keys(volume).filter((key) => key !== 'name' && volume[key] !== null);
  const isOfPod = sources.length === 0 || ['emptyDir', 'ephemeral', 'csi'].some((source) => sources.includes(source));
  // A variable in the path gives each pod its own directory.
  return isOfPod || String(subPathExpr).includes('$(') ? 'POD' : sources.includes('hostPath') ? 'NODE' : 'CLUSTER';
}

/** Returns the cache for a claim template of a StatefulSet, with the retention policy of its claims. */
export function cacheOfClaimTemplate(template: Field, retention: Field): Expression {
  const options = object(retentionProperties(retention), retention.origin);
  return staticCall(
    { CacheVolume },
    'fromClaimTemplate',
    [shape(template, 'KubePersistentVolumeClaimProps'), options.entries.length === 0 ? undefined : options],
    template.origin,
  );
}

/** Returns the properties for the retention policy of claims. */
export function retentionProperties(retention: Field): { readonly [property: string]: Expression | undefined } {
  return Object.fromEntries(
    ['whenDeleted', 'whenScaled'].map((name) => {
      const { origin, text } = retention.at(name);
      return [name, text === undefined ? undefined : choice('ClaimRetention', ClaimRetention, text, origin)];
    }),
  );
}

/** Returns the member of an enum with a value, or the value itself if no member has it. */
export function choice(
  type: string,
  members: { readonly [member: string]: string },
  value: string,
  origin: string,
): Expression {
  const member = Object.keys(members).find((key) => members[key] === value);
  return member === undefined ? literal(value, origin) : name(`${type}.${member}`, value, origin);
}

export function probeOf(probe: Field): Expression {
  return probe.exists
    ? staticCall({ EngineProbe }, 'fromProbe', [shape(probe, 'Probe')], probe.origin)
    : staticCall({ EngineProbe }, 'none', [], probe.origin);
}

/** Returns an environment variable. The program reads values that look like secrets from its own environment. */
export function variableOf(variable: Field): Expression {
  const { origin } = variable;
  const source = variable.at('valueFrom');
  if (source.exists) {
    return staticCall({ EnvVar }, 'fromSource', [shape(source, 'EnvVarSource')], origin);
  }
  const [name, value] = [variable.at('name').text!, variable.at('value').text ?? ''];
  const text: Expression =
    secretNamed(name, value) === undefined ? literal(value) : { kind: 'secret', value, variable: name };
  return staticCall({ EnvVar }, 'fromValue', [text], origin);
}
