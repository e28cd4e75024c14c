import type { ConfigMap } from 'kubernetes-types/core/v1';
import type { Problems } from '../../reporting/problems';
import { checkKeyOfObject } from './environment';

/** The maximum total size of the values of a ConfigMap or Secret, in bytes (pkg/apis/core, MaxSecretSize). */
const SIZE_MAX = 1024 * 1024;

/** Checks a ConfigMap (pkg/apis/core/validation, ValidateConfigMap). */
export function checkConfigMapData(problems: Problems, { binaryData = {}, data = {} }: ConfigMap): void {
  let size = 0;
  for (const key of Object.keys(data)) {
    checkKeyOfObject(problems, `data[${JSON.stringify(key)}]`, key);
    if (Object.hasOwn(binaryData, key)) {
      problems.add(`data[${JSON.stringify(key)}]`, {
        wrong: 'is also a key of binaryData',
        got: key,
        allowed: 'each key in only one of data and binaryData',
        fix: 'remove one of them',
      });
    }
    // The API server decodes null as empty text.
    size += Buffer.byteLength(data[key] ?? '');
  }
  for (const key of Object.keys(binaryData)) {
    checkKeyOfObject(problems, `binaryData[${JSON.stringify(key)}]`, key);
    size += Buffer.byteLength(binaryData[key] ?? '', 'base64');
  }
  checkDataSize(problems, 'ConfigMap', size);
}

/** Reports values that are too large together. */
export function checkDataSize(problems: Problems, kind: 'ConfigMap' | 'Secret', size: number): void {
  if (size > SIZE_MAX) {
    problems.add('data', {
      wrong: `exceeds the size limit of a ${kind}`,
      got: `${size} bytes`,
      allowed: `at most ${SIZE_MAX} bytes for all values together`,
      fix: 'split it, or put the files into the image',
    });
  }
}
