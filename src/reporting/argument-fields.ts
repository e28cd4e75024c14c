import { CALLS, ENUMS, STRUCTS } from './argument-types';
import { remember } from './remember';

/** A parameter of a method, or a property of a struct. */
export interface Field {
  readonly name: string;
  readonly optional: boolean;
  readonly type: string;
}

export function propertiesOf(struct: string): ReadonlyMap<string, Field> {
  return fieldsOf(STRUCTS[struct]!);
}

export function parametersOf(type: string, method: string): readonly Field[] {
  return listOf(CALLS[type]![method]!);
}

/**
 * Returns the names of the static methods that create class instances, and `new` if the class has a public constructor.
 */
export function factoriesOf(type: string): readonly string[] {
  return Object.keys(CALLS[type] ?? {}).filter((method) => /^\w/.test(method));
}

/** Maps the values of an enum to its members, such as `EngineServiceType.CLUSTER_IP`. */
export const membersOf = remember(
  (type): ReadonlyMap<unknown, string> =>
    new Map(
      ENUMS[type]!.split(' ').map((text) => {
        const [name = '', value = name] = text.split('=');
        const member =
          value === name
            ? name
                .replace(/([a-z])([A-Z])/g, '$1_$2')
                .replaceAll('-', '_')
                .toUpperCase()
            : name;
        return [value, `${type}.${member}`];
      }),
    ),
);

const listOf = remember((text): readonly Field[] => [...fieldsOf(text).values()]);

/** Parses a field list in the table on first use. */
function fieldsOf(text: string): ReadonlyMap<string, Field> {
  let parsed = fields.get(text);
  if (parsed === undefined) {
    parsed = new Map(
      (text === '' ? [] : text.split('; ')).flatMap((field): Array<[string, Field]> => {
        if (field.startsWith('...')) {
          return [...propertiesOf(field.slice(3))];
        }
        const [, name = '', optional, type = ''] = /^(\w+)(\??): (.*)$/.exec(field) ?? [];
        return [[name, { name, optional: optional === '?', type }]];
      }),
    );
    fields.set(text, parsed);
  }
  return parsed;
}

// `remember` doesn't cache results for strings of this length.
const fields = new Map<string, ReadonlyMap<string, Field>>();
