import { wrongFlagValue } from '../../src/config/engine-flag-values';
import { parseEngineFlags } from '../../src/config/engine-flags';
import { EngineVersion } from '../../src/index';

const wrong = (argument: string, version = 'v0.21.8') =>
  wrongFlagValue(parseEngineFlags([argument]).flags[0]!, EngineVersion.of(version));

test.each([
  '--allow-insecure-entitlement=network.host',
  '--debug',
  '--debug=T',
  '--oci-worker-gc=false',
  '--debugaddr=',
  '--debugaddr=:6060',
  '--debugaddr=localhost:6060',
  '--debugaddr=[::1]:6060',
  '--network-cidr=10.88.1.0/16',
  '--network-name=builds.of_team',
  '--oci-cni-pool-size=0',
  '--oci-max-parallelism=num-cpu',
  '--oci-worker-labels=a=b=c',
  '--oci-worker-net=auto',
  '--oci-worker-snapshotter=native',
  '--group=',
])('accepts %s', (argument) => {
  expect(wrong(argument)).toBeUndefined();
});

test.each([
  ['--allow-insecure-entitlement=security.insecure,network.host', 'security.insecure, network.host'],
  ['--debug=yes', 'true or false, after ='],
  ['--debug=', 'true or false, after ='],
  ['--debugaddr=6060', 'HOST:PORT'],
  ['--debugaddr=::1:6060', 'HOST:PORT'],
  ['--debugaddr=:65536', 'HOST:PORT'],
  ['--network-cidr=', 'an IPv4 network with at least 4 addresses'],
  ['--network-cidr=10.88.0.0/31', 'an IPv4 network with at least 4 addresses'],
  ['--network-cidr=fd00::/64', 'an IPv4 network with at least 4 addresses'],
  ['--network-name=a/b', "1 to 14 letters, digits, '-', '_' and '.'"],
  ['--network-name=fifteen-letters', "1 to 14 letters, digits, '-', '_' and '.'"],
  ['--oci-cni-pool-size=-1', 'a whole number of at least 0'],
  ['--oci-max-parallelism=all', 'a whole number of at least 0, or num-cpu'],
  ['--oci-worker-labels=team', 'KEY=VALUE'],
  ['--oci-worker-net=none', 'cni, host, auto'],
  ['--oci-worker-snapshotter=zfs', 'overlayfs, native'],
])('rejects %s', (argument, allowed) => {
  expect(wrong(argument)).toMatchObject({ allowed, wrong: expect.stringContaining('otherwise the engine exits') });
});

test.each(['--network-name', '--root'])('rejects %s without a value', (argument) => {
  expect(wrong(argument)).toEqual({
    wrong: 'must have a value, otherwise the engine exits',
    got: argument,
    allowed: `${argument}=VALUE`,
    fix: 'add a value, or remove the flag',
  });
});

test('accepts values of earlier releases only there', () => {
  expect(wrong('--oci-worker-net=bridge', 'v0.20.8')).toBeUndefined();
  expect(wrong('--oci-worker-net=bridge', 'v0.21.0')).toBeDefined();
  expect(wrong('--oci-worker-snapshotter=stargz', 'v0.19.4')).toBeUndefined();
  expect(wrong('--oci-worker-snapshotter=stargz', 'v0.19.5')).toBeDefined();
});
