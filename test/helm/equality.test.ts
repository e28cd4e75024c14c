import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, CORRECTIONS } from './equality';

const object = (spec: object, kind = 'Service'): any => ({ apiVersion: 'v1', kind, metadata: { name: 'a' }, spec });
const yaml = (object: object): string => JSON.stringify(object);

describe('the comparison', () => {
  test('ignores the metadata of Helm, and null or empty fields', () => {
    const rendered =
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  labels: {helm.sh/chart: x, app.kubernetes.io/managed-by: Helm}\n  annotations:\nspec: {ports: [], type: ""}\n';
    expect(compare(rendered, [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } }])).toEqual({
      differences: [],
      corrections: [],
    });
  });

  test.each([
    ['another value', object({ a: 1 }), object({ a: 2 }), ['v1 Service a/spec/a: the chart has 1, the library 2']],
    ['another type', object({ a: 1 }), object({ a: '1' }), ['v1 Service a/spec/a: the chart has 1, the library "1"']],
    [
      'an additional field',
      object({ a: 1 }),
      object({ a: 1, b: 1 }),
      ['v1 Service a/spec/b: the chart has undefined, the library 1'],
    ],
    [
      'another order',
      object({ a: [1, 2] }),
      object({ a: [2, 1] }),
      [
        'v1 Service a/spec/a/0: the chart has 1, the library 2',
        'v1 Service a/spec/a/1: the chart has 2, the library 1',
      ],
    ],
    [
      'an empty item',
      object({ a: [{}] }),
      object({ a: [] }),
      ['v1 Service a/spec: the chart has {"a":[{}]}, the library undefined'],
    ],
    [
      'an emptyDir instead of nothing',
      object({ emptyDir: {} }),
      object({}),
      ['v1 Service a/spec: the chart has {"emptyDir":{}}, the library undefined'],
    ],
    [
      'a missing object',
      object({ a: 1 }),
      object({ a: 1 }, 'Secret'),
      [
        expect.stringContaining('v1 Service a: the chart has {'),
        expect.stringContaining('v1 Secret a: the chart has undefined'),
      ],
    ],
  ])('finds %s', (_title, chart, library, differences) => {
    expect(compare(yaml(chart), [library]).differences).toEqual(differences);
  });

  test('reads YAML like Helm', () => {
    const rendered =
      'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {a: 1, a: 2, on: off, time: 2024-01-01, octal: 0644}\n';
    expect(compare(rendered, [object({ a: 2, true: false, time: '2024-01-01', octal: 420 })])).toEqual({
      differences: [],
      corrections: ['duplicate-key'],
    });
  });

  test('equates a text with the number that YAML reads from it, and with no other', () => {
    expect(
      compare('apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {priorityClassName: 1e3}\n', [
        object({ priorityClassName: '1e3' }),
      ]),
    ).toEqual({ differences: [], corrections: ['unquoted-text'] });
    expect(
      compare('apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {priorityClassName: 1e3}\n', [
        object({ priorityClassName: '1e4' }),
      ]).differences,
    ).toHaveLength(1);
    expect(
      compare('apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {port: 1000}\n', [object({ port: '1000' })])
        .differences,
    ).toHaveLength(1);
  });
});

test('docs/reference/helm-charts.md lists every correction', () => {
  const page = readFileSync(join(__dirname, '../../docs/reference/helm-charts.md'), 'utf8').replace(/ +\|/g, ' |');
  const listed = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
  expect(listed.filter((name) => CORRECTIONS.some((one) => one.name === name)).sort()).toEqual(
    CORRECTIONS.map(({ name }) => name).sort(),
  );
  for (const { chart, finding, name, ours } of CORRECTIONS) {
    expect(page).toContain(`| \`${name}\` | \`${finding}\` | ${chart} | ${ours} |`);
  }
});
