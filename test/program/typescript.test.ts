import { EngineRisk } from '../../src/index';
import {
  call,
  list,
  literal,
  name,
  object,
  type Expression,
  type ObjectExpression,
} from '../../src/program/expression';
import type { FinishedProgram } from '../../src/program/engine-program';
import type { Note } from '../../src/program/notes';
import { programText } from '../../src/program/typescript';

const probe = call(
  'EngineProbe.fromProbe',
  () => undefined,
  [object({ periodSeconds: literal(5, 'engine.probe.periodSeconds'), timeoutSeconds: literal(7) }, 'engine.probe')],
  'engine.probe',
);

function program(props: ObjectExpression, more: Partial<FinishedProgram> = {}): FinishedProgram {
  return { className: 'EngineDaemonSet', props, patches: {}, others: [], risks: [], ...more };
}

function text(finished: FinishedProgram, notes: readonly Note[] = []): string {
  const chart = { id: 'ci', namespace: 'builds', engines: [finished], others: finished.others };
  return programText([chart], { about: 'About it.', notes });
}

function note(key: string, property?: string, more: Partial<Note> = {}): Note {
  return {
    severity: 'error',
    name: 'broken',
    key,
    why: 'it is',
    fix: 'fix it',
    ...(property !== undefined && { property }),
    ...more,
  };
}

/** Prints a program with these properties, and returns the line below the comment for the note. */
function at(props: { [property: string]: Expression }, one: Note): string {
  return /( *)\/\/ (error[^]*?)\n( *[^/ ].*)/
    .exec(text(program(object(props)), [one]).replace(/^\/\/ About it\.\n/, ''))![3]!
    .trim();
}

test('writes the smallest program', () => {
  expect(text(program(object({ version: literal('v0.21.7') })))).toBe(`// About it.

import { App, Chart } from 'cdk8s';
import { EngineDaemonSet } from 'cdk8s-dagger';

const app = new App();
const chart = new Chart(app, 'ci', { namespace: 'builds' });

new EngineDaemonSet(chart, 'engine', { version: 'v0.21.7' });

app.synth();
`);
});

describe('a finding in a program', () => {
  const props = {
    version: literal('v0.21.7'),
    args: list([literal('--addr', 'engine.port'), literal('--debug')], 'engine.args'),
    probes: object({ readiness: probe }),
  };

  test.each([
    ['at its property', note('x', 'version'), "version: 'v0.21.7',"],
    ['at its item', note('x', 'args[1]'), "'--debug',"],
    ['at an argument', note('x', 'probes.readiness.timeoutSeconds'), 'timeoutSeconds: 7,'],
    [
      'at the closest property of the program',
      note('x', 'probes.readiness.handler.exec'),
      'readiness: EngineProbe.fromProbe({ periodSeconds: 5, timeoutSeconds: 7 }),',
    ],
    ['within its property at the value of its key', note('engine.probe.periodSeconds', 'probes'), 'periodSeconds: 5,'],
    ['at the value of its key, without property', note('engine.port'), "'--addr',"],
    ['at the value of its key, if the program lacks its property', note('engine.port', 'listener'), "'--addr',"],
    ['at the value of a part of its key', note('engine.args[7].x', 'listener'), "args: ['--addr', '--debug'],"],
  ])('is %s', (_title, one, line) => {
    expect(at(props, one)).toBe(line);
  });

  test('is at the top with its key if it is about no part of the program', () => {
    expect(
      text(program(object(props)), [
        note('engine.other', 'listener'),
        note('engin', undefined, { severity: 'info', name: 'typo' }),
      ]),
    ).toContain(`// About it.
//
// Other findings:
// - error broken at engine.other: it is; fix: fix it
// - info typo at engin: it is; fix: fix it

import `);
  });

  test('is at the patch of a field without a property', () => {
    const patches = {
      workload: [
        { op: 'remove', path: '/spec/strategy', why: 'a reason' },
        { op: 'remove', path: '/spec/template/spec/hostPID', why: 'a reason' },
      ],
    } as const;
    expect(text(program(object({ pod: object({}) }), { patches }), [note('x', 'pod.hostPID')])).toContain(`
const engine = new EngineDaemonSet(chart, 'engine', { pod: {} });

// Fields that no property sets. To accept the construct's value, remove the patch.
ApiObject.of(engine).addJsonPatch(
  // a reason
  JsonPatch.remove('/spec/strategy'),
  // error broken: it is; fix: fix it
  JsonPatch.remove('/spec/template/spec/hostPID'),
);
`);
  });

  test('is written only once, and without a fix if there is none', () => {
    const same = note('x', 'version', { fix: undefined });
    expect(text(program(object(props)), [same, same])).toContain("  // error broken: it is\n  version: 'v0.21.7',");
  });
});

test('writes accepted risks below a comment that explains them', () => {
  const acceptRisks = list([
    object({ risk: name('EngineRisk.UNKNOWN_FLAG', 'unknown-flag'), reason: literal('taken over') }),
  ]);
  expect(text(program(object({ acceptRisks })))).toContain(`{
  // Kubernetes accepts these settings, but the library rejects them. Fix each property, then delete its line.
  acceptRisks: [{ risk: EngineRisk.UNKNOWN_FLAG, reason: 'taken over' }],
});`);
});

test('writes multi-line texts above the engine', () => {
  const engineToml = call('EngineToml.raw', () => undefined, [literal('debug = true\n')]);
  expect(text(program(object({ engineToml })))).toContain(`
import { EngineDaemonSet, EngineToml } from 'cdk8s-dagger';

const app = new App();
const chart = new Chart(app, 'ci', { namespace: 'builds' });

const engineToml = EngineToml.raw(\`\\
debug = true
\`);

new EngineDaemonSet(chart, 'engine', { engineToml });
`);
});

test('writes patches of every kind, and objects in addition to the engine', () => {
  const manifest = object({ kind: literal('Service'), metadata: object({ name: literal('a') }) }, 'service');
  expect(
    text(
      program(object({}), {
        patches: {
          serviceAccount: [
            { op: 'add', path: '/a', value: [1], why: 'one' },
            { op: 'move', from: '/b', path: '/c', why: 'two' },
            { op: 'replace', path: '/d', value: { e: 'f' }, why: 'three' },
          ],
        },
        others: [
          { id: 'a-service', manifest, patches: [{ op: 'remove', path: '/g', why: 'four' }] },
          { id: 'other', manifest: object({ kind: literal('Role') }), patches: [] },
        ],
      }),
      [note('service', 'connection')],
    ),
  ).toContain(`
import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import { EngineDaemonSet } from 'cdk8s-dagger';

const app = new App();
const chart = new Chart(app, 'ci', { namespace: 'builds' });

const engine = new EngineDaemonSet(chart, 'engine', {});

// Fields that no property sets. To accept the construct's value, remove the patch.
engine.serviceAccount?.addJsonPatch(
  // one
  JsonPatch.add('/a', [1]),
  // two
  JsonPatch.move('/b', '/c'),
  // three
  JsonPatch.replace('/d', { e: 'f' }),
);

// error broken: it is; fix: fix it
const aService = new ApiObject(chart, 'a-service', { kind: 'Service', metadata: { name: 'a' } });
aService.addJsonPatch(
  // four
  JsonPatch.remove('/g'),
);

new ApiObject(chart, 'other', { kind: 'Role' });
`);
});

test('writes and imports the type of an assertion', () => {
  const volume = (): Expression => ({
    kind: 'object',
    entries: [['image', object({})]],
    assertion: { type: 'k8s.Volume', why: 'newer: image' },
  });
  const made = text(
    program(
      object({
        pod: object({ volumes: list([volume()]) }),
        cache: call('CacheVolume.fromVolume', () => undefined, [volume()]),
      }),
    ),
  );
  expect(made).toContain(
    "import { CacheVolume, EngineDaemonSet } from 'cdk8s-dagger';\nimport { k8s } from 'cdk8s-plus-28';\n",
  );
  expect(made).toContain('      // newer: image\n      { image: {} } as k8s.Volume,\n');
  expect(made).toContain('  // newer: image\n  cache: CacheVolume.fromVolume({ image: {} } as k8s.Volume),\n');
});

describe('secrets', () => {
  const hidden = (property: string, props: { [property: string]: Expression }): string =>
    text(
      program(object(props), {
        risks: [{ property, problem: { wrong: 'a secret', risk: EngineRisk.SECRET_IN_PLAIN_TEXT } }],
      }),
    );

  test.each([
    [
      'env.A_TOKEN',
      {
        env: object({
          A_TOKEN: call('EnvVar.fromValue', () => undefined, [
            { kind: 'secret', value: 's3cret', variable: 'A_TOKEN' },
          ]),
        }),
      },
      "A_TOKEN: EnvVar.fromValue(secret('A_TOKEN'))",
    ],
    ['args[1]', { args: list([literal('--token'), literal('s3cret')]) }, "['--token', secret('ARGS_1')]"],
    [
      'engineToml',
      { engineToml: call('EngineToml.raw', () => undefined, [literal('a = "s3cret"\n')]) },
      "EngineToml.raw(secret('ENGINE_TOML'))",
    ],
    [
      'sidecars[0].env.A_TOKEN',
      {
        sidecars: list([
          object({
            env: list([
              object({ name: literal('A_TOKEN'), value: literal('s3cret') }),
              object({ name: literal('B'), value: literal('b') }),
            ]),
          }),
        ]),
      },
      "{ name: 'A_TOKEN', value: secret('SIDECARS_0_ENV_A_TOKEN') }",
    ],
  ] as Array<[string, { [property: string]: Expression }, string]>)(
    '%s is read from the environment',
    (property, props, expected) => {
      const made = hidden(property, props);
      expect(made).toContain(expected);
      expect(made).toContain('\nfunction secret(variable: string): string {\n');
      expect(made).not.toContain('s3cret');
    },
  );

  test('adds no code that reads secrets to a program without secrets', () => {
    expect(text(program(object({})))).not.toContain('secret');
  });
});
