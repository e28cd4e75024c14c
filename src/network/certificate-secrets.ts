import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { addAppCheck, allConstructs } from '../reporting/app-checks';
import { Problems } from '../reporting/problems';
import { clusterOf } from '../kubernetes/cluster';

/**
 * Rejects a Secret that both a cert-manager Certificate and another object in the app write. Each would overwrite the
 * other, and engines and clients would use the wrong certificate.
 */
export function rejectSharedCertificateSecrets(scope: IConstruct): void {
  addAppCheck(scope, sharedSecrets);
}

function sharedSecrets(root: IConstruct): ReadonlyMap<IConstruct, readonly string[]> {
  const objects = allConstructs(root).filter((construct): construct is ApiObject => ApiObject.isApiObject(construct));
  const writers = new Map<string, ApiObject>();
  const errors = new Map<IConstruct, readonly string[]>();
  for (const object of objects) {
    const secret = secretOfCertificate(object);
    const other = secret === undefined ? undefined : writers.get(keyOf(object, secret));
    if (other !== undefined) {
      errors.set(object, [message('spec.secretName', secret!, other)]);
    } else if (secret !== undefined) {
      writers.set(keyOf(object, secret), object);
    }
  }
  for (const object of objects.filter(({ apiGroup, kind }) => apiGroup === 'core' && kind === 'Secret')) {
    const other = writers.get(keyOf(object, object.name));
    if (other !== undefined) {
      errors.set(object, [message('metadata.name', object.name, other)]);
    }
  }
  return errors;
}

function secretOfCertificate(object: ApiObject): string | undefined {
  return object.apiGroup === 'cert-manager.io' && object.kind === 'Certificate'
    ? (object.toJson() as { spec?: { secretName?: string } }).spec?.secretName
    : undefined;
}

function keyOf(object: ApiObject, secret: string): string {
  return JSON.stringify([clusterOf(object).node.path, object.metadata.namespace, secret]);
}

function message(property: string, secret: string, other: ApiObject): string {
  const problems = new Problems();
  problems.add(property, {
    wrong: `cert-manager also writes this Secret, for the Certificate ${other.node.path}, and each would overwrite the other`,
    got: secret,
    allowed: 'a separate Secret for each Certificate',
    fix: 'choose another name',
  });
  return problems.messages[0]!;
}
