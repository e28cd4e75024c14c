// Prints a small program in TypeScript and in Python. Both come from the same statements, so they create the same objects.

/** The npm packages of the names in a program, and their Python modules. */
const PYTHON_MODULES = { cdk8s: 'cdk8s', 'cdk8s-dagger': 'cdk8s_dagger', 'cdk8s-plus-28': 'cdk8s_plus_28' } as const;

type Package = keyof typeof PYTHON_MODULES;

/** A name that a program imports. */
export interface Name {
  readonly name: string;
  readonly from: Package;
}

/** Named arguments: the properties of an object in TypeScript, and keyword arguments in Python. */
export interface Props {
  readonly [property: string]: Value | undefined;
}

export type Value =
  | string
  | number
  | readonly Value[]
  /** A constant of the program. */
  | { readonly constant: string }
  /** A map, whose keys stay unchanged in Python. */
  | { readonly map: { readonly [key: string]: string } }
  /** A plain object in TypeScript, and an instance of a class in Python. */
  | { readonly struct: Name; readonly props: Props }
  /** A call of a constructor, or of a static method. */
  | { readonly type: Name; readonly method?: string; readonly args: readonly Value[]; readonly props?: Props };

/** A statement of a program. */
export interface Statement {
  /** The name of the constant that the value gets. */
  readonly constant?: string;
  /** A value, or the call of a method of a constant. */
  readonly value: Value | { readonly on: string; readonly method: string; readonly args: readonly Value[] };
  readonly comment?: string;
}

/** The length of a call that is printed on one line. */
const LONGEST = 80;

/** A language: the differences between TypeScript and Python. */
interface Language {
  readonly comment: string;
  readonly quote: (text: string) => string;
  readonly create: string;
  readonly end: string;
  readonly declare: (name: string) => string;
  readonly identifier: (name: string) => string;
  readonly map: (entries: readonly (readonly [string, string])[]) => string;
  readonly props: (entries: readonly string[]) => readonly string[];
  readonly separator: string;
  readonly struct: (name: string, entries: readonly string[]) => string;
  readonly imports: (module: Package, names: string, isLong: boolean) => string;
  /** Wraps a call whose last argument is an object with these properties, one per line. */
  readonly open: string;
  readonly close: string;
}

const TYPESCRIPT: Language = {
  comment: '//',
  quote: (text) => `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`,
  create: 'new ',
  end: ';',
  declare: (name) => `const ${name} = `,
  identifier: (name) => name,
  map: (entries) =>
    `{ ${entries.map(([key, value]) => `${/^\w+$/.test(key) ? key : TYPESCRIPT.quote(key)}: ${value}`).join(', ')} }`,
  props: (entries) => (entries.length === 0 ? [] : [`{ ${entries.join(', ')} }`]),
  separator: ': ',
  struct: (_, entries) => `{ ${entries.join(', ')} }`,
  imports: (module, names, isLong) => `import {${isLong ? names : ` ${names} `}} from '${module}';`,
  open: '{',
  close: '}',
};

const PYTHON: Language = {
  comment: '#',
  quote: (text) => JSON.stringify(text),
  create: '',
  end: '',
  declare: (name) => `${name} = `,
  identifier: (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  map: (entries) => `{${entries.map(([key, value]) => `${PYTHON.quote(key)}: ${value}`).join(', ')}}`,
  props: (entries) => entries,
  separator: '=',
  struct: (name, entries) => `${name}(${entries.join(', ')})`,
  imports: (module, names, isLong) => `from ${PYTHON_MODULES[module]} import ${isLong ? `(${names})` : names}`,
  open: '',
  close: '',
};

/** Prints a program in TypeScript. */
export function typescript(statements: readonly Statement[]): string {
  return program(statements, TYPESCRIPT);
}

/** Prints a program in Python. */
export function python(statements: readonly Statement[]): string {
  return program(statements, PYTHON);
}

function program(statements: readonly Statement[], language: Language): string {
  const names = new Map<string, Package>();
  const body = statements.map((statement) => print(statement, language, names));
  const imports = (Object.keys(PYTHON_MODULES) as Package[]).flatMap((module) => {
    const imported = [...names].filter(([, from]) => from === module).map(([name]) => name);
    return imported.length === 0 ? [] : [importOf(language, module, imported.sort())];
  });
  return `${imports.join('\n')}\n\n${body.join('\n')}\n`;
}

/** Returns an import. A long one has a line for each name. */
function importOf({ imports }: Language, module: Package, names: readonly string[]): string {
  const line = imports(module, names.join(', '), false);
  return line.length <= 120 ? line : imports(module, `\n${names.map((name) => `    ${name},\n`).join('')}`, true);
}

function print({ comment, constant, value }: Statement, language: Language, names: Map<string, Package>): string {
  const lines = comment === undefined ? '' : `${language.comment} ${comment}\n`;
  const declared = constant === undefined ? '' : language.declare(language.identifier(constant));
  return `${lines}${declared}${printStatement(value, language, names)}${language.end}`;
}

function printStatement(value: Statement['value'], language: Language, names: Map<string, Package>): string {
  if (typeof value === 'object' && 'on' in value) {
    const args = value.args.map((arg) => printValue(arg, language, names));
    return `${language.identifier(value.on)}.${language.identifier(value.method)}(${args.join(', ')})`;
  }
  const line = printValue(value as Value, language, names);
  if (typeof value !== 'object' || !('type' in value) || line.length <= LONGEST) {
    return line;
  }
  // One property per line.
  const args = value.args.map((arg) => printValue(arg, language, names)).join(', ');
  const props = entries(value.props!, language, names)
    .map((entry) => `  ${entry},\n`)
    .join('');
  const called = callee(value, language, names);
  return language.open === ''
    ? `${called}(\n  ${args},\n${props})`.replaceAll('\n  ', '\n    ')
    : `${called}(${args}, ${language.open}\n${props}${language.close})`;
}

function callee(
  { method, type }: Extract<Value, { type: Name }>,
  { create, identifier }: Language,
  names: Map<string, Package>,
): string {
  names.set(type.name, type.from);
  return method === undefined ? `${create}${type.name}` : `${type.name}.${identifier(method)}`;
}

function entries(props: Props, language: Language, names: Map<string, Package>): string[] {
  return Object.entries(props).flatMap(([property, value]) =>
    value === undefined
      ? []
      : [`${language.identifier(property)}${language.separator}${printValue(value, language, names)}`],
  );
}

function printValue(value: Value, language: Language, names: Map<string, Package>): string {
  if (typeof value === 'string') {
    return language.quote(value);
  }
  if (typeof value === 'number') {
    return String(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map((item) => printValue(item, language, names)).join(', ')}]`;
  }
  const object = value as Exclude<Value, string | number | readonly Value[]>;
  if ('constant' in object) {
    return language.identifier(object.constant);
  }
  if ('map' in object) {
    return language.map(Object.entries(object.map).map(([key, text]) => [key, language.quote(text)]));
  }
  if ('struct' in object) {
    if (language === PYTHON) {
      names.set(object.struct.name, object.struct.from);
    }
    return language.struct(object.struct.name, entries(object.props, language, names));
  }
  const args = object.args.map((arg) => printValue(arg, language, names));
  return `${callee(object, language, names)}(${[...args, ...language.props(entries(object.props ?? {}, language, names))].join(', ')})`;
}
