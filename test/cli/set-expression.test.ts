import type { ValueMap } from '../../src/helm/values';
import { assign, parseSet } from '../../src/cli/set-expression';

function set(expression: string, below: ValueMap = {}, option = '--set'): ValueMap {
  return parseSet(expression, option).reduce(
    (values, assignment) => assign(values, assignment, `${option} ${expression}`),
    below,
  );
}

// Each as strvals.ParseInto of helm/helm v3.18.6 has it.
test.each<[expression: string, values: unknown]>([
  ['a=1', { a: 1 }],
  ['a=-1', { a: -1 }],
  ['a=+5', { a: 5 }],
  ['a=-0', { a: 0 }],
  ['a=-01', { a: -1 }],
  ['a=0', { a: 0 }],
  ['a=00', { a: '00' }],
  ['a=01', { a: '01' }],
  ['a=0x10', { a: '0x10' }],
  ['a=1.5', { a: '1.5' }],
  ['a=1e3', { a: '1e3' }],
  ['a=1_0', { a: '1_0' }],
  ['a= 1', { a: ' 1' }],
  ['a=1 ', { a: '1 ' }],
  ['a=9223372036854775807', { a: 9223372036854775807 }],
  ['a=9223372036854775808', { a: '9223372036854775808' }],
  ['a=true', { a: true }],
  ['a=FALSE', { a: false }],
  ['a=Null', { a: null }],
  ['a=yes', { a: 'yes' }],
  ['a=t rue', { a: 't rue' }],
  ['a="x"', { a: '"x"' }],
  ['a=', { a: '' }],
  ['a=,b=1', { a: '', b: 1 }],
  ['a.b=', { a: { b: '' } }],
  ['', {}],
  ['a=1,', { a: 1 }],
  ['a.b=c', { a: { b: 'c' } }],
  ['a.b.c=1,a.b.d=x', { a: { b: { c: 1, d: 'x' } } }],
  ['a=1,a=2', { a: 2 }],
  ['a.b=1,a=x', { a: 'x' }],
  ['a\\.b=1', { 'a.b': 1 }],
  ['nodeSelector.kubernetes\\.io/role=master', { nodeSelector: { 'kubernetes.io/role': 'master' } }],
  ['a\\[0]=1', { 'a[0]': 1 }],
  ['a\\=b=1', { 'a=b': 1 }],
  [' a=1', { ' a': 1 }],
  ['a=x\\,y', { a: 'x,y' }],
  ['a=x\\\\y', { a: 'x\\y' }],
  ['a=x\\', { a: 'x' }],
  ['a=\\{x}', { a: '{x}' }],
  ['a=b=c', { a: 'b=c' }],
  ['a=a[0].b', { a: 'a[0].b' }],
  ['a={x,y}', { a: ['x', 'y'] }],
  ['a={x}', { a: ['x'] }],
  ['a={}', { a: [''] }],
  ['a={,}', { a: ['', ''] }],
  ['a={1,true,null,}', { a: [1, true, null, ''] }],
  ['a={x\\,y,z}', { a: ['x,y', 'z'] }],
  ['a={x,y},b=1', { a: ['x', 'y'], b: 1 }],
  ['a={x}b=2', { a: ['x'], b: 2 }],
  ['engine.args={--debug,--root=/x}', { engine: { args: ['--debug', '--root=/x'] } }],
  ['a[0]=x', { a: ['x'] }],
  ['a[1]=x', { a: [null, 'x'] }],
  ['a[+1]=x', { a: [null, 'x'] }],
  ['a[0]=', { a: [''] }],
  ['a[0]=1,a[1]=2', { a: [1, 2] }],
  ['a={x},a[1]=y', { a: ['x', 'y'] }],
  ['a[0]={x,y}', { a: [['x', 'y']] }],
  ['a[0].b=1', { a: [{ b: 1 }] }],
  ['a[0].b=1,a[0].c=2', { a: [{ b: 1, c: 2 }] }],
  ['a[1].b=x', { a: [null, { b: 'x' }] }],
  ['a[0][1]=x', { a: [[null, 'x']] }],
  ['a[0].b[1].c=x', { a: [{ b: [null, { c: 'x' }] }] }],
  ['a.b[0].c={x,y}', { a: { b: [{ c: ['x', 'y'] }] } }],
  ['a[0]=x,a[0].b=1', { a: [{ b: 1 }] }],
  ['a[0]=null,a[0][0]=1', { a: [[1]] }],
  ['é=😀,b=1', { é: '😀', b: 1 }],
])('--set %s', (expression, values) => {
  expect(set(expression)).toEqual(values);
});

test.each<[expression: string, below: ValueMap, values: unknown]>([
  ['a.b=1', { a: { c: 2 } }, { a: { b: 1, c: 2 } }],
  ['a.b=null', { a: { b: 1, c: 2 } }, { a: { b: null, c: 2 } }],
  ['a=1', { a: { b: 1 } }, { a: 1 }],
  ['a[1]=x', { a: [1] }, { a: [1, 'x'] }],
  ['a[3]=x', { a: [1] }, { a: [1, null, null, 'x'] }],
  ['a[0].b=x', { a: [{ c: 1 }] }, { a: [{ b: 'x', c: 1 }] }],
])('--set %s over %j', (expression, below, values) => {
  const before = structuredClone(below);
  expect(set(expression, below)).toEqual(values);
  expect(below).toEqual(before);
});

test.each<[expression: string, values: unknown]>([
  ['a=1', { a: '1' }],
  ['a=true,b=null', { a: 'true', b: 'null' }],
  ['a={1,x}', { a: ['1', 'x'] }],
  ['a[0].b=0', { a: [{ b: '0' }] }],
])('--set-string %s', (expression, values) => {
  expect(set(expression, {}, '--set-string')).toEqual(values);
});

// What Helm refuses, and what it takes without doing anything.
test.each<[expression: string, says: string]>([
  ['a', 'a without a value; fix: write KEY=VALUE; a comma in a value is written \\,'],
  ['a.', 'a without a value; fix: write KEY=VALUE; a comma in a value is written \\,'],
  ['a[0]', 'a[0] without a value; fix: write KEY=VALUE; a comma in a value is written \\,'],
  ['a,b=1', 'a without a value; fix: write KEY=VALUE; a comma in a value is written \\,'],
  ['a=x,y', 'y without a value; fix: write KEY=VALUE; a comma in a value is written \\,'],
  [',a=1', 'a comma without a value; fix: write KEY=VALUE; a comma in a value is written \\,'],
  ['a=1,,b=2', 'a comma without a value; fix: write KEY=VALUE; a comma in a value is written \\,'],
  ['=1', 'an empty key; fix: write KEY=VALUE; a dot in a key is written \\.'],
  ['a..b=1', 'an empty key; fix: write KEY=VALUE; a dot in a key is written \\.'],
  ['a.[0]=1', 'an empty key; fix: write KEY=VALUE; a dot in a key is written \\.'],
  ['[0]=1', 'an empty key; fix: write KEY=VALUE; a dot in a key is written \\.'],
  ['__proto__.a=1', 'a key that is not read; fix: remove it'],
  ['a={x', 'a list without }; fix: write {A,B}'],
  ['a[0', '"0" is no index; fix: write a number from 0 to 65536, and ]'],
  ['a[-1]=1', '"-1" is no index; fix: write a number from 0 to 65536, and ]'],
  ['a[]=1', '"" is no index; fix: write a number from 0 to 65536, and ]'],
  ['a[x]=1', '"x" is no index; fix: write a number from 0 to 65536, and ]'],
  ['a[65537]=1', '"65537" is no index; fix: write a number from 0 to 65536, and ]'],
  ['a[0]x=1', '"x" behind an index; fix: write [0]=VALUE, [0].KEY=VALUE or [0][0]=VALUE'],
  ['a[0].b=', 'a[0].b is set to nothing, which Helm drops in a list; fix: set a value'],
  [`${'a.'.repeat(31)}a=1`, "more than 30 keys deep, which Helm doesn't take; fix: write it into a file of values"],
  ['a=1,a.b=2', 'a is not a map; got 1; fix: set a as a whole'],
  ['a=null,a.b=1', 'a is not a map; got null; fix: set a as a whole'],
  ['a=1,a[0]=2', 'a is not a list; got 1; fix: set a as a whole'],
  ['a.b=1,a[0]=2', 'a is not a list; got {"b":1}; fix: set a as a whole'],
  ['a[0]=x,a[0][0]=1', 'a[0] is not a list; got "x"; fix: set a[0] as a whole'],
])('--set %s is an error', (expression, says) => {
  expect(() => set(expression)).toThrow(new Error(`--set ${expression}: ${says}`));
});
