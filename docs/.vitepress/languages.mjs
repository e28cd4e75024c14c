// Calls of the API in TypeScript, Python, Java and Go. jsii derives the names of the other languages from those of TypeScript.

/**
 * Returns the call in a code block of API.md as tabs, one for each language, or undefined for code without a call.
 *
 * @param code the code of the block
 * @param owner the class that the page is about
 * @param structs the required properties of each struct, by its name
 */
export function callInLanguages(code, owner, structs) {
  const call = parseCall(code, owner);
  if (call === undefined) {
    return undefined;
  }
  const [args, struct] = splitStruct(call.parameters, structs);
  const named = struct === undefined ? [] : structs.get(struct);
  const blocks = { typescript: code.trim() };
  for (const [language, write] of Object.entries({ python, java, go })) {
    blocks[language] = write({ ...call, args, struct, named });
  }
  const shown = Object.entries(blocks).map(
    ([language, text]) => `\`\`\`${language} [${TITLES[language]}]\n${text}\n\`\`\``,
  );
  return `::: code-group\n\n${shown.join('\n\n')}\n\n:::`;
}

const TITLES = { typescript: 'TypeScript', python: 'Python', java: 'Java', go: 'Go' };

/** Parses a constructor, a static method such as `EngineToml.of(options: ...)`, or a method. */
function parseCall(code, owner) {
  const text = code.replace(/^import .*\n+/, '').trim();
  const [, created, fixed, method, parameters] =
    /^(?:new (\w+)|(\w+)\.(\w+)|public \w+)\(([^]*?)\)(?:: [^]*)?$/.exec(text) ?? [];
  if (parameters === undefined) {
    return undefined;
  }
  return {
    kind: created !== undefined ? 'constructor' : fixed !== undefined ? 'static' : 'method',
    owner: created ?? fixed ?? owner,
    name: method ?? /^public (\w+)/.exec(text)?.[1],
    parameters: [...parameters.matchAll(/(?:^|, )(\w+)\??: (\w+)/g)].map(([, name, type]) => ({ name, type })),
  };
}

/** Returns the names of the arguments, and the name of the struct if the last argument is one. */
function splitStruct(parameters, structs) {
  const last = parameters.at(-1);
  return last !== undefined && structs.has(last.type)
    ? [parameters.slice(0, -1).map(({ name }) => name), last.type]
    : [parameters.map(({ name }) => name), undefined];
}

function python({ args, kind, name, named, owner, struct }) {
  const keywords = struct === undefined ? [] : [...named.map((one) => `${snake(one)}=${snake(one)}`), '...'];
  const called = {
    constructor: () => owner,
    static: () => `${owner}.${snake(name)}`,
    method: () => `${snake(camel(owner))}.${snake(name)}`,
  }[kind]();
  return `${called}(${[...args.map(snake), ...keywords].join(', ')})`;
}

function java({ args, kind, name, named, owner, struct }) {
  const setters = [...named.map((one) => `.${javaName(one)}(${one})`), '// ...']
    .map((line) => `\n    ${line}`)
    .join('');
  if (kind === 'constructor' && struct !== undefined) {
    return `${owner}.Builder.create(${args.join(', ')})${setters}\n    .build();`;
  }
  const all = [...args, ...(struct === undefined ? [] : [`${struct}.builder()${setters}\n    .build()`])].join(', ');
  return {
    constructor: () => `new ${owner}(${all});`,
    static: () => `${owner}.${javaName(name)}(${all});`,
    method: () => `${camel(owner)}.${javaName(name)}(${all});`,
  }[kind]();
}

function go({ args, kind, name, named, owner, struct }) {
  const fields = [...named.map((one) => `${pascal(one)}: ${one},`), '// ...'].map((line) => `\n\t${line}`).join('');
  const all = [...args, ...(struct === undefined ? [] : [`&cdk8sdagger.${struct}{${fields}\n}`])].join(', ');
  return {
    constructor: () => `cdk8sdagger.New${owner}(${all})`,
    static: () => `cdk8sdagger.${owner}_${pascal(name)}(${all})`,
    method: () => `${camel(owner)}.${pascal(name)}(${all})`,
  }[kind]();
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

/** The only keyword of Java among the names of the library. */
function javaName(name) {
  return name === 'native' ? 'nativeValue' : name;
}
