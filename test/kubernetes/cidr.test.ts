import { checkCidr, containsCidr, parseCidr } from '../../src/kubernetes/cidr';
import { Problems } from '../../src/reporting/problems';

function messages(text: string): readonly string[] {
  const problems = new Problems();
  checkCidr(problems, 'cidr', text);
  return problems.messages;
}

test.each([
  '0.0.0.0/0',
  '10.0.0.0/8',
  '10.1.2.3/32',
  '192.168.128.0/17',
  '::/0',
  'fd00::/8',
  'FD00:0:0:0::/64',
  'fd00::1/128',
  '64:ff9b::10.0.0.0/104',
])('accepts %s', (text) => {
  expect(messages(text)).toEqual([]);
});

test.each([
  '',
  '10.0.0.0',
  '10.0.0.0/33',
  '::/129',
  '10.0.0/8',
  '010.0.0.0/8',
  'fe80::1%eth0/64',
  '10.0.0.0/8 ',
  'a/8',
])('rejects %j, which is not a network in CIDR notation', (text) => {
  expect(messages(text)).toEqual([
    `cidr: must be a network in CIDR notation; got ${JSON.stringify(text)}; allowed: ADDRESS/LENGTH; fix: use a value such as '10.1.0.0/16', or '10.1.2.3/32' for one address`,
  ]);
});

test.each([
  [
    '10.1.2.3/8',
    'the address has host bits (after the first 8)',
    "write '10.0.0.0/8', or '10.1.2.3/32' for one address",
  ],
  [
    '10.1.2.3/0',
    'the address has host bits (after the first 0)',
    "write '0.0.0.0/0', or '10.1.2.3/32' for one address",
  ],
  [
    'fd00:1::5/64',
    'the address has host bits (after the first 64)',
    "write 'fd00:1::/64', or 'fd00:1::5/128' for one address",
  ],
  ['10.0.0.0/08', 'must not have leading zeros in its length', "write '10.0.0.0/8'"],
  ['::ffff:10.0.0.0/104', 'must not be an IPv4-mapped IPv6 address', "write '10.0.0.0/8'"],
])('rejects %s as the API server does', (text, wrong, fix) => {
  expect(messages(text)).toEqual([`cidr: ${wrong}; got "${text}"; allowed: ADDRESS/LENGTH; fix: ${fix}`]);
});

test.each([
  ['10.0.0.0/8', '10.1.0.0/16', true],
  ['10.0.0.0/8', '10.0.0.0/8', false],
  ['10.0.0.0/8', '11.0.0.0/16', false],
  ['0.0.0.0/0', '255.255.255.255/32', true],
  ['0.0.0.0/0', 'fd00::/8', false],
  ['fd00::/8', 'fd00:1::/64', true],
  ['fd00:1::/64', 'fd00:2::/96', false],
])('tells whether %s contains %s: %s', (outer, inner, contains) => {
  expect(containsCidr(parseCidr(outer)!, parseCidr(inner)!)).toBe(contains);
});
