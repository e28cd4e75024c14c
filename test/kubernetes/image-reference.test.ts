import { checkImageReference, splitImageReference } from '../../src/kubernetes/image-reference';
import { Problems } from '../../src/reporting/problems';

const DIGEST = `sha256:${'0a'.repeat(32)}`;

it.each([
  ['engine', { repository: 'engine' }],
  ['engine:v1', { repository: 'engine', tag: 'v1' }],
  ['localhost:5000/engine', { repository: 'localhost:5000/engine' }],
  ['registry.example.com:5000/a/engine:v1', { repository: 'registry.example.com:5000/a/engine', tag: 'v1' }],
  ['[::1]:5000/engine', { repository: '[::1]:5000/engine' }],
  ['[2001:db8::1]/engine:v1', { repository: '[2001:db8::1]/engine', tag: 'v1' }],
  [
    `Registry.example.com/engine:v1@${DIGEST}`,
    { repository: 'Registry.example.com/engine', tag: 'v1', digest: DIGEST },
  ],
])('accepts and splits %s', (reference, parts) => {
  const problems = new Problems();
  expect(checkImageReference(problems, 'image', reference, 'engine:v1')).toBe(true);
  expect(problems.messages).toEqual([]);
  expect(splitImageReference(reference)).toEqual(parts);
});

it.each([
  '',
  'engine:',
  ':v1',
  'https://example.com/engine',
  'engine@sha256:1',
  'a/b c',
  '/engine',
  'a//b',
  '[::1/engine',
])('rejects %j', (reference) => {
  expect(checkImageReference(new Problems(), 'image', reference, 'engine:v1')).toBe(false);
});
