import { CALLS, ENUMS, STRUCTS } from './argument-types';

/** A parameter of a method, or a property of a struct. */
export interface Field {
  readonly name: string;
  readonly optional: boolean;
  readonly type: string;
}

const fields = new Map<string, ReadonlyMap<string, Field>>();

/** The properties of a struct. */
export function propertiesOf(struct: string): ReadonlyMap<string, Field> {
  return parse(STRUCTS[struct]!);
}

/** The parameters of a method. */
export function parametersOf(type: string, method: string): readonly Field[] {
  return [...parse(CALLS[type]![method]!).values()];
}

/** The names of the static methods that create an object of a class, and `new` if it has a public constructor. */
export function factoriesOf(type: string): readonly string[] {
  return Object.keys(CALLS[type] ?? {}).filter((method) => /^\w/.test(method));
}

/** The members of an enum, such as `EngineServiceType.CLUSTER_IP`, by their values. */
export function membersOf(type: string): ReadonlyMap<unknown, string> {
  return new Map(
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
  );
}

/** Each text is parsed when it is first needed. */
function parse(text: string): ReadonlyMap<string, Field> {
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
