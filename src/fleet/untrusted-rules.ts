import type { PodSpec } from 'kubernetes-types/core/v1';
import { propertyOf } from '../kubernetes/origins';
import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import { joinPath } from '../reporting/property-path';
import type { EnginePlan } from '../workload/engine-plan';

const FIX = 'give the member its own topology without it';

/** Reports settings of an untrusted engine that give its builds secrets, or access to other engines. */
export function checkUntrusted(plan: EnginePlan, spec: PodSpec, problems: Problems): void {
  if (spec.hostNetwork === true) {
    problems.add('hostNetwork', {
      wrong:
        "must not be true for an untrusted member, because network policies don't apply to the network of the node",
      got: true,
      allowed: 'false',
      fix: FIX,
    });
  }
  for (const field of ['hostIPC', 'hostPID', 'shareProcessNamespace'] as const) {
    if (spec[field] === true) {
      problems.add(field, {
        wrong: 'must not be true for an untrusted member, because builds could reach other processes and their secrets',
        got: true,
        allowed: 'false',
        fix: FIX,
      });
    }
  }
  if (spec.automountServiceAccountToken === true) {
    problems.add('automountServiceAccountToken', {
      wrong: 'must not be true for an untrusted member, because builds could use the token',
      got: true,
      allowed: 'false',
      fix: FIX,
    });
  }
  if (plan.serviceAccount?.created?.annotations !== undefined) {
    problems.add('serviceAccount', {
      wrong:
        'must not have annotations in an untrusted member, because builds could use the permissions that they grant',
      got: plan.serviceAccount.created.annotations,
      allowed: 'a service account without annotations',
      fix: FIX,
    });
  }
  const allowed = certificateSecrets(plan);
  for (const { name, path } of secretsIn(spec, '')) {
    if (name === undefined || !allowed.has(name)) {
      problems.add(propertyAt(spec, path), {
        wrong: 'an untrusted member must have no secrets, because its builds can read them',
        ...(name !== undefined && { got: name }),
        allowed: 'no secret except the certificate of the listener',
        fix: FIX,
      });
    }
  }
  checkVolumes(plan, spec, problems);
}

/** Reports destinations of an untrusted engine that include every address or every pod. */
export function checkDestinations({ problems: { cautions } }: EnginePlan, problems: Problems): void {
  const prefix = 'networkPolicy.egress.';
  for (const { name, property } of cautions) {
    if (name === EngineRisk.ADMITS_EVERYONE && property.startsWith(prefix)) {
      const isDns = property.startsWith(`${prefix}dnsServers`);
      problems.add(`trustLevel.${property.slice(prefix.length)}`, {
        wrong: 'an untrusted member must not reach everything, and this peer matches every address or every pod',
        allowed: isDns ? 'the DNS servers of the cluster' : 'single destinations, or publicInternet: true',
        fix: isDns
          ? 'list the addresses or pods of the DNS servers'
          : 'list the destinations, or use publicInternet: true, which blocks private networks',
      });
    }
  }
}

/** Returns the names of the Secrets with the certificates of the port. */
function certificateSecrets({ listener }: EnginePlan): ReadonlySet<string> {
  const { clientCa, server } = listener?.tls?.certificates ?? {};
  return new Set([server?.secretName, clientCa?.objectName].filter((name) => name !== undefined));
}

interface FoundSecret {
  readonly path: string;
  readonly name: string | undefined;
}

/** The fields that refer to Secrets: of variables, volumes, projected sources and volume drivers. */
const SECRET_FIELD = /^(secret|secretKeyRef|secretRef|\w+SecretRef|serviceAccountToken)$/;

/** Returns the references to secrets in a part of a pod. */
function secretsIn(value: unknown, path: string): FoundSecret[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => secretsIn(item, `${path}[${index}]`));
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  if (isCloudToken(value)) {
    return [{ path, name: undefined }];
  }
  return Object.entries(value).flatMap(([key, item]: [string, unknown]): FoundSecret[] => {
    const at = joinPath(path, key);
    if (SECRET_FIELD.test(key) && typeof item === 'object') {
      const { name, secretName } = item as { readonly name?: string; readonly secretName?: string };
      return [{ path, name: name ?? secretName }];
    }
    if (key === 'imagePullSecrets') {
      return (item as ReadonlyArray<{ readonly name?: string }>).map(({ name }, index) => ({
        path: `${at}[${index}]`,
        name,
      }));
    }
    return secretsIn(item, at);
  });
}

/** Whether an object is the variable with the token of Dagger Cloud as text. */
function isCloudToken(value: object): boolean {
  return 'name' in value && value.name === 'DAGGER_CLOUD_TOKEN' && 'value' in value;
}

/** Returns the property that sets a field, or the path of the field in the pod. Variables have the names of their keys. */
function propertyAt(spec: PodSpec, path: string): string {
  const variable = /^containers\[(\d+)\]\.env\[(\d+)\]/.exec(path);
  if (variable !== null) {
    return `env.${spec.containers[Number(variable[1])]!.env![Number(variable[2])]!.name}`;
  }
  const { property } = propertyOf(spec, path, [{ field: 'containers[0]', property: '' }]);
  return property === '' ? path : property;
}

/** The sources of volumes whose data belongs to one pod, or contains no secrets. */
const OWN_SOURCES = ['configMap', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'projected', 'secret'];

/** Reports volumes that other engines could use too. Builds could change what these engines read. */
function checkVolumes({ cacheInUse, hostSocket }: EnginePlan, spec: PodSpec, problems: Problems): void {
  const own = [cacheInUse?.volumeName, hostSocket?.volume.name];
  for (const [index, { name, ...source }] of (spec.volumes ?? []).entries()) {
    const [kind = ''] = Object.keys(source);
    if (!own.includes(name) && !OWN_SOURCES.includes(kind)) {
      problems.add(propertyAt(spec, `volumes[${index}]`), {
        wrong: 'an untrusted member must not mount a volume that other pods can use',
        got: `${name} (${kind})`,
        allowed: 'the cache, the socket, emptyDir, configMap and ephemeral volumes',
        fix: FIX,
      });
    }
  }
}
