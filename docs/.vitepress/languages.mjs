// Calls and structs of the API in TypeScript, Python, Java and Go. jsii derives the names of the other languages from those
// of TypeScript.

const TITLES = { typescript: 'TypeScript', python: 'Python', java: 'Java', go: 'Go' };

/**
 * Returns a code block of lib/API.md as tabs, one for each language, or undefined for code that is neither a call nor a
 * struct.
 *
 * @param code the code of the block
 * @param owner the type that the page is about
 * @param library the types of the library (assembly.mjs)
 */
export function inLanguages(code, owner, library) {
  const text = code.replace(/^import .*\n+/, '').trim();
  const struct = /^const \w+: (\w+) = \{ \.\.\. \}$/.exec(text)?.[1];
  const blocks =
    struct === undefined ? callIn(parseCall(text, owner), library) : structIn(library.structOf(struct), library);
  if (blocks === undefined) {
    return undefined;
  }
  const shown = Object.entries({ typescript: code.trim(), ...blocks }).map(
    ([language, block]) => `\`\`\`${language} [${TITLES[language]}]\n${block}\n\`\`\``,
  );
  return `::: code-group\n\n${shown.join('\n\n')}\n\n:::`;
}

/** Parses a constructor, a static method such as `EngineToml.of(options: ...)`, or a method. */
function parseCall(text, owner) {
  const [, created, fixed, fixedMethod, method] = /^(?:new (\w+)|(\w+)\.(\w+)|public (\w+))\(/.exec(text) ?? [];
  if (created !== undefined) {
    return { kind: 'constructor', owner: created };
  }
  if (fixed !== undefined) {
    return { kind: 'static', owner: fixed, name: fixedMethod };
  }
  return method === undefined ? undefined : { kind: 'method', owner, name: method };
}

function callIn(call, library) {
  const parameters = call && library.parametersOf(call.owner, call.name);
  if (parameters === undefined) {
    return undefined;
  }
  const last = parameters.at(-1);
  const struct = last?.type.fqn === undefined ? undefined : library.structOf(last.type);
  const args = (struct === undefined ? parameters : parameters.slice(0, -1)).map(({ name, variadic = false }) => ({
    name,
    variadic,
  }));
  const named = (struct?.properties ?? []).filter(({ optional = false }) => !optional).map(({ name }) => name);
  return {
    python: python(call, args, struct, named),
    java: java(call, args, struct, named),
    go: go(call, args, struct, named),
  };
}

/** In Python, the properties of a struct at the end are keyword arguments. */
function python({ kind, name, owner }, args, struct, named) {
  const called = {
    constructor: () => owner,
    static: () => `${owner}.${pythonName(name)}`,
    method: () => `${snake(camel(owner))}.${pythonName(name)}`,
  }[kind]();
  const keywords = struct === undefined ? [] : [...named.map((one) => `${pythonName(one)}=${pythonName(one)}`), '...'];
  const positional = args.map((one) => `${one.variadic ? '*' : ''}${pythonName(one.name)}`);
  return `${called}(${[...positional, ...keywords].join(', ')})`;
}

function java({ kind, name, owner }, args, struct, named) {
  const setters = [...named.map((one) => `.${javaName(one)}(${javaName(one)})`), '// ...']
    .map((line) => `\n    ${line}`)
    .join('');
  const positional = args.map((one) => one.name);
  if (kind === 'constructor' && struct !== undefined) {
    return `${owner}.Builder.create(${positional.join(', ')})${setters}\n    .build();`;
  }
  const all = [
    ...positional,
    ...(struct === undefined ? [] : [`${struct.name}.builder()${setters}\n    .build()`]),
  ].join(', ');
  return {
    constructor: () => `new ${owner}(${all});`,
    static: () => `${owner}.${javaName(name)}(${all});`,
    method: () => `${camel(owner)}.${javaName(name)}(${all});`,
  }[kind]();
}

function go({ kind, name, owner }, args, struct, named) {
  const fields = [...named.map((one) => `${pascal(one)}: ${one},`), '// ...'].map((line) => `\n\t${line}`).join('');
  const all = [
    ...args.map((one) => one.name),
    ...(struct === undefined ? [] : [`&${goType(struct.fqn)}{${fields}\n}`]),
  ].join(', ');
  return {
    constructor: () => `cdk8sdagger.New${owner}(${all})`,
    static: () => `cdk8sdagger.${owner}_${pascal(name)}(${all})`,
    method: () => `${camel(owner)}.${pascal(name)}(${all})`,
  }[kind]();
}

/** The properties of a struct with their types. */
function structIn({ name, properties }, { isStruct }) {
  const lines = (write) => properties.map((one) => write(one)).join('\n');
  return {
    python: [
      '# Keyword arguments of the constructor or method that takes this struct.',
      `${name}(`,
      lines((one) => `    ${pythonName(one.name)}: ${pythonType(one.type)}${one.optional ? ' = None' : ''},`),
      ')',
    ].join('\n'),
    java: `${name}.builder()\n${lines((one) => `    .${javaName(one.name)}(${javaType(one.type)})`)}\n    .build();`,
    go: `type ${name} struct {\n${lines((one) => `\t${pascal(one.name)} ${goTypeOf(one.type, isStruct)}`)}\n}`,
  };
}

function pythonType(type) {
  return typeIn(type, {
    primitives: { string: 'str', number: 'int | float', boolean: 'bool', any: 'Any' },
    array: (item) => `list[${item}]`,
    map: (item) => `dict[str, ${item}]`,
    named: nameOf,
  });
}

function javaType(type) {
  return typeIn(type, {
    primitives: { string: 'String', number: 'Number', boolean: 'Boolean', any: 'Object' },
    array: (item) => `List<${item}>`,
    map: (item) => `Map<String, ${item}>`,
    named: nameOf,
  });
}

function goTypeOf(type, isStruct) {
  return typeIn(type, {
    primitives: { string: '*string', number: '*float64', boolean: '*bool', any: 'interface{}' },
    array: (item) => `*[]${item}`,
    map: (item) => `*map[string]${item}`,
    named: (fqn) => `${isStruct(fqn) ? '*' : ''}${goType(fqn)}`,
  });
}

function typeIn({ collection, fqn, primitive }, language) {
  if (collection !== undefined) {
    return language[collection.kind](typeIn(collection.elementtype, language));
  }
  const text = fqn === undefined ? language.primitives[primitive] : language.named(fqn);
  if (text === undefined) {
    throw new Error(`no type in this language for ${primitive}`);
  }
  return text;
}

function nameOf(fqn) {
  return fqn.split('.').at(-1);
}

/** `k8s.Volume` for `cdk8s-plus-28.k8s.Volume`, and `cdk8sdagger.Engine` for `cdk8s-dagger.Engine`. */
function goType(fqn) {
  const [folder, name] = fqn.split('.').slice(-2);
  return `${folder.replaceAll('-', '')}.${name}`;
}

function snake(name) {
  return name.replaceAll(/[A-Z]+/g, (letters) => `_${letters.toLowerCase()}`).replace(/^_/, '');
}

function camel(name) {
  return name[0].toLowerCase() + name.slice(1);
}

function pascal(name) {
  return name[0].toUpperCase() + name.slice(1);
}

/** The keywords of Python among the names of the library. */
function pythonName(name) {
  return ['except', 'from', 'import', 'with'].includes(name) ? `${name}_` : snake(name);
}

/** The only keyword of Java among the names of the library. */
function javaName(name) {
  return name === 'native' ? 'nativeValue' : name;
}
