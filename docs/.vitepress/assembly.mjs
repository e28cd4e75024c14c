// The types of the library and of the packages that it uses, which jsii writes into the file .jsii of each package.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadAssemblyFromPath } from '@jsii/spec';

const ROOT = resolve(import.meta.dirname, '../..');
const LIBRARY = 'cdk8s-dagger';
if (!existsSync(resolve(ROOT, '.jsii'))) {
  throw new Error(
    'the API reference needs the file .jsii: run "npm ci" and "npm run build" in the folder of the repository',
  );
}
const TYPES = new Map(
  [ROOT, ...['cdk8s', 'cdk8s-plus-28', 'constructs'].map((name) => resolve(ROOT, 'node_modules', name))].flatMap(
    (folder) => Object.entries(loadAssemblyFromPath(folder).types),
  ),
);

/** Returns a struct of the library by its name, or of any package by its type, or undefined for other types. */
export function structOf(nameOrType) {
  const type = TYPES.get(typeof nameOrType === 'string' ? `${LIBRARY}.${nameOrType}` : nameOrType.fqn);
  return type?.datatype === true ? { fqn: type.fqn, name: type.name, properties: propertiesOf(type) } : undefined;
}

/** Whether Go refers to the type by a pointer. */
export function isStruct(fqn) {
  return TYPES.get(fqn)?.datatype === true;
}

/**
 * Returns the parameters of a method, which the class can inherit, or of the constructor if there is no name. They are
 * undefined for a method that jsii-docgen found only in a later release of constructs.
 */
export function parametersOf(owner, method) {
  for (const type of withBases(TYPES.get(`${LIBRARY}.${owner}`))) {
    const found = method === undefined ? type.initializer : type.methods?.find(({ name }) => name === method);
    if (found !== undefined) {
      return found.parameters ?? [];
    }
  }
  return undefined;
}

/** The properties of a struct and of its bases, with the required ones first. */
function propertiesOf(type) {
  const all = withBases(type).flatMap(({ properties = [] }) => properties);
  return [false, true].flatMap((optional) =>
    all.filter((one) => (one.optional ?? false) === optional).sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}

function withBases(type) {
  const bases = [type.base, ...(type.interfaces ?? [])].filter((base) => base !== undefined);
  return [type, ...bases.flatMap((base) => withBases(TYPES.get(base)))];
}
