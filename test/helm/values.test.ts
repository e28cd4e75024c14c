import { unknownKeys, type KnownKeys } from '../../src/helm/known-keys';
import { checkSections, checkTypes } from '../../src/helm/value-types';
import { coalesce, isEmpty, overlay, Values, type Value } from '../../src/helm/values';
import { Problems } from '../../src/reporting/problems';

const KEYS: KnownKeys = {
  name: 'text',
  'engine.port': 'port',
  'engine.args': 'texts',
  'engine.labels': 'textMap',
  'engine.env': 'maps',
  'engine.hostPath.dataVolume.enabled': 'flag',
  'engine.grace': 'count',
  'engine.probe': 'map',
  'engine.containerPorts': 'maps',
  'engine.containerPorts[].name': 'text',
};

describe('values of several files', () => {
  test('are merged key by key, and the later file takes precedence', () => {
    expect(overlay({ a: { b: 1, c: [1] }, d: 1 }, { a: { c: [2], e: { f: 1 } }, d: { g: 1 } })).toEqual({
      a: { b: 1, c: [2], e: { f: 1 } },
      d: { g: 1 },
    });
  });

  test('keep a null, which removes a default later', () => {
    expect(overlay({ a: { b: 1 } }, { a: null })).toEqual({ a: null });
    expect(overlay({ a: null }, { a: { b: 1 } })).toEqual({ a: { b: 1 } });
  });
});

describe('values over the defaults of a chart', () => {
  const defaults = { a: { b: 1, c: { d: 2 } }, list: [1, 2], on: true };

  test.each<[string, { [key: string]: Value }, unknown]>([
    ['nothing', {}, defaults],
    ['a key of a map', { a: { b: 3 } }, { a: { b: 3, c: { d: 2 } }, list: [1, 2], on: true }],
    ['a list as a whole', { list: [] }, { a: defaults.a, list: [], on: true }],
    ['null, which removes a default', { a: { c: null } }, { a: { b: 1 }, list: [1, 2], on: true }],
    [
      'null without a default, which stays',
      { other: null, a: { x: null } },
      { a: { b: 1, c: { d: 2 }, x: null }, list: [1, 2], on: true, other: null },
    ],
    ['a text instead of a map', { a: 'text' }, { a: 'text', list: [1, 2], on: true }],
    ["false, which isn't null", { on: false }, { a: defaults.a, list: [1, 2], on: false }],
  ])('%s', (_title, given, merged) => {
    expect(coalesce(defaults, given)).toEqual(merged);
  });

  test('leave both unchanged', () => {
    const given = { a: { c: null } };
    coalesce(defaults, given);
    expect(given).toEqual({ a: { c: null } });
    expect(defaults).toEqual({ a: { b: 1, c: { d: 2 } }, list: [1, 2], on: true });
  });
});

test.each<[Value | undefined, boolean]>([
  [undefined, true],
  [null, true],
  ['', true],
  [0, true],
  [false, true],
  [[], true],
  [{}, true],
  ['false', false],
  ['0', false],
  [' ', false],
  [-1, false],
  [true, false],
  [[''], false],
  [{ a: null }, false],
])('Helm ignores %j: %s', (value, nothing) => {
  expect(isEmpty(value)).toBe(nothing);
});

describe('types', () => {
  const problems = (values: { [key: string]: Value }): readonly string[] => {
    const found = new Problems();
    checkTypes(values, KEYS, found);
    return found.messages;
  };

  test.each<[string, { [key: string]: Value }]>([
    ['a port as a number', { engine: { port: 1234 } }],
    ['a port as a text', { engine: { port: '1234' } }],
    [
      'null for anything except a switch',
      { name: '', engine: { port: 0, args: {}, labels: [], env: null, probe: '' } },
    ],
    ['a switch that is removed', { engine: { hostPath: { dataVolume: { enabled: null } } } }],
    ['null where Kubernetes treats it as absent', { engine: { probe: { timeoutSeconds: null } } }],
    ['a map that is removed', { engine: { hostPath: null } }],
  ])('that match: %s', (_title, values) => {
    expect(problems(values)).toEqual([]);
  });

  test.each<[{ [key: string]: Value }, string]>([
    [{ engine: { port: 1.5 } }, 'engine.port'],
    [{ engine: { port: 65536 } }, 'engine.port'],
    [{ engine: { port: '0080' } }, 'engine.port'],
    [{ engine: { grace: -1 } }, 'engine.grace'],
    [{ name: {} }, 'name'],
    [{ name: 0 }, 'name'],
    [{ engine: { args: false } }, 'engine.args'],
    [{ engine: { port: false } }, 'engine.port'],
    [{ engine: { args: ['a', 1] } }, 'engine.args'],
    [{ engine: { labels: { a: null } } }, 'engine.labels'],
    [{ engine: { env: ['A=b'] } }, 'engine.env'],
    [{ engine: { hostPath: { dataVolume: { enabled: 0 } } } }, 'engine.hostPath.dataVolume.enabled'],
    [{ engine: { hostPath: { dataVolume: true } } }, 'engine.hostPath.dataVolume'],
    [{ engine: 'DaemonSet' }, 'engine'],
    [{ engine: [] }, 'engine'],
  ])("that don't match: %j", (values, key) => {
    expect(problems(values).map((message) => message.slice(0, message.indexOf(':')))).toEqual([key]);
  });

  test('of sections that null removes are reported at the top key', () => {
    const found = new Problems();
    checkSections(new Values({ engine: { a: null } }), ['engine', 'engine.a', 'engine.a.b', 'other.c'], found);
    expect(found.messages.map((message) => message.slice(0, message.indexOf(':')))).toEqual(['engine.a', 'other.c']);
  });
});

describe('unknown keys', () => {
  test.each<[{ [key: string]: Value }, Array<[string, string]>]>([
    [{ nam: 1 }, [['nam', 'name']]],
    [
      { engine: { prt: 1, arg: [] } },
      [
        ['engine.prt', 'engine.port'],
        ['engine.arg', 'engine.args'],
      ],
    ],
    [{ engine: { hostPath: { dataVolumes: {} } } }, [['engine.hostPath.dataVolumes', 'engine.hostPath.dataVolume']]],
    [
      { engine: { containerPorts: [{ name: 'a' }, { names: 'b' }] } },
      [['engine.containerPorts[1].names', 'engine.containerPorts.name']],
    ],
    [{ engine: { labels: { any: 'word' } } }, []],
    [
      { 'a.b': 1, engine: { 'a"b': 1 } },
      [
        ['["a.b"]', 'name'],
        ['engine["a\\"b"]', 'engine.args'],
      ],
    ],
    [
      { constructor: 1, engine: { toString: 1 } },
      [
        ['constructor', 'name'],
        ['engine.toString', 'engine.port'],
      ],
    ],
    [JSON.parse('{"__proto__": {"a": 1}}') as { [key: string]: Value }, [['__proto__', 'name']]],
  ])('of %j', (values, expected) => {
    expect(unknownKeys(values, KEYS).map(({ key, nearest }) => [key, nearest])).toEqual(expected);
  });

  test('are dropped, unless the chart passes them through', () => {
    const values = {
      unknown: 1,
      engine: {
        port: 1,
        unknown: 1,
        env: [{ name: 'A', newer: 1 }],
        probe: { newer: 1 },
        containerPorts: [{ name: 'a', newer: 1 }],
      },
    };
    const unknown = unknownKeys(values, KEYS).map(({ key }) => key);
    expect(unknown).toEqual(['unknown', 'engine.unknown', 'engine.containerPorts[0].newer']);
    const { port, env, probe, containerPorts } = values.engine;
    // Unknown fields of list items stay. They have no effect, because templates write only the known fields.
    expect(new Values(values).without(unknown).all).toEqual({ engine: { port, env, probe, containerPorts } });
  });
});

test('reads values like the templates', () => {
  const values = new Values({ text: 'false', zero: 0, none: '', list: [], map: { a: 'b' }, number: '12' });
  expect(values.flag('text')).toBe(true);
  expect(values.flag('zero')).toBe(false);
  expect(values.number('zero')).toBe(0);
  expect(values.number('number')).toBe(12);
  expect(values.number('none')).toBeUndefined();
  expect(values.text('none')).toBeUndefined();
  expect(values.textMap('map')).toEqual({ a: 'b' });
  expect(values.raw('map.a')).toBe('b');
  expect(values.raw('text.length')).toBeUndefined();
});
