import { isPlainObject } from '../reporting/plain-object';
import { pathBelow } from '../reporting/property-path';
import type { Problems } from '../reporting/problems';

/** Keys that cdk8s can't write, because every JavaScript object has them. No field of Kubernetes has such a name. */
const UNWRITABLE = ['__proto__', 'constructor'];

/** Reports keys that cdk8s can't write. */
export function checkKeys(value: unknown, problems: Problems, path = ''): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => checkKeys(item, problems, pathBelow(path, index)));
  } else if (isPlainObject(value)) {
    for (const [key, inner] of Object.entries(value)) {
      const at = pathBelow(path, key);
      if (UNWRITABLE.includes(key)) {
        problems.add(at, {
          wrong: "cdk8s can't write a key with this name",
          got: inner,
          allowed: `any name except ${UNWRITABLE.join(' and ')}`,
          fix: 'remove it',
        });
      }
      checkKeys(inner, problems, at);
    }
  }
}
