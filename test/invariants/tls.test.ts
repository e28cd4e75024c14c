import * as fc from 'fast-check';
import { violations, workloads } from './invariants';
import { objects, settings, type Setting } from './tls-programs';

/** What a manifest with TLS breaks, beside the rules for all. */
function tlsViolations(all: readonly any[]): string[] {
  const engine: any = workloads({ objects: all } as any)[0];
  const pod = engine.spec.template.spec;
  const containers = [...pod.containers, ...(pod.initContainers ?? [])];
  const runner = all.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name !== engine.metadata.name);
  const address = new URL(
    runner.spec.template.spec.containers[0].env.find(({ name }: any) => name === '_EXPERIMENTAL_DAGGER_RUNNER_HOST')
      .value,
  );
  const mounted = (spec: any): string[] =>
    spec.volumes
      .flatMap(({ projected, secret }: any) => [
        secret?.secretName,
        ...(projected?.sources ?? []).map((source: any) => source.secret?.name),
      ])
      .filter(Boolean);
  const issued = (secrets: string[], namespace: string | undefined): any =>
    all.find(
      ({ kind, metadata, spec }) =>
        kind === 'Certificate' && metadata.namespace === namespace && secrets.includes(spec.secretName),
    );
  const server = issued(mounted(pod), engine.metadata.namespace);
  const args: string[] = containers.find(({ name }: any) => name === 'tls')?.args ?? [];
  const toml: string =
    all.find(({ metadata }) => metadata.name === `${engine.metadata.name}-config`)?.data?.['engine.toml'] ?? '';
  const wants = new Set(
    args.filter((argument) => /^--(allow|disable)-/.test(argument)).map((argument) => argument.replace(/=.*/, '')),
  );
  const mutual = args.length > 0 ? !wants.has('--disable-authentication') : toml.includes('/etc/dagger/tls/ca.crt');
  const client = mutual ? issued(mounted(runner.spec.template.spec), runner.metadata.namespace) : undefined;
  const names = args
    .filter((argument) => argument.startsWith('--allow-cn='))
    .map((argument) => argument.slice('--allow-cn='.length));
  const files = [...address.searchParams.values()].map((path) => path.split('/').at(-1));
  const clientVolumes: any[] = runner.spec.template.spec.volumes.flatMap(({ projected, secret }: any) => [
    ...(secret?.items ?? []),
    ...(projected?.sources ?? []).flatMap((source: any) => (source.secret ?? source.configMap).items),
  ]);
  return [
    address.protocol !== 'tls:' && `the client is told ${address}`,
    server !== undefined &&
      !server.spec.dnsNames.includes(address.hostname) &&
      `${address.hostname} is not among ${server.spec.dnsNames}`,
    args.length > 0 === toml.includes('[grpc.tls]') && 'not exactly one end decrypts',
    args.length > 0 &&
      /tcp:/.test(`${toml} ${pod.containers.find(({ name }: any) => name === 'dagger-engine').args}`) &&
      'the engine opens a port behind its sidecar',
    args.length > 0 && wants.size !== 1 && `the sidecar admits by ${[...wants]}`,
    mutual !== address.searchParams.has('key_path') && `mutual ${mutual}, and the client is told ${address}`,
    ...files.map((file) => !clientVolumes.some(({ path }) => path === file) && `the client mounts no ${file}`),
    client !== undefined &&
      JSON.stringify(client.spec.issuerRef) !== JSON.stringify(server.spec.issuerRef) &&
      "another issuer signs the client's certificate",
    client !== undefined &&
      names.length > 0 &&
      !names.includes(client.spec.commonName) &&
      `${client.spec.commonName} is not admitted`,
    mutual && !mounted(pod).includes('ext-server') && client === undefined && 'the client has no certificate',
    ...all
      .filter(({ kind }) => kind === 'Certificate')
      .map(
        ({ metadata, spec }) =>
          [spec.isCA === true, spec.usages.includes('server auth'), spec.usages.includes('client auth')].filter(Boolean)
            .length !== 1 && `${metadata.name} is not for one purpose: ${spec.usages}`,
      ),
  ].filter((found): found is string => typeof found === 'string');
}

test('what any program with TLS makes is whole', () => {
  jest.spyOn(console, 'warn').mockImplementation();
  fc.assert(
    fc.property(settings, (setting) => {
      const all = objects(setting);
      const isExternal = (reference: string): boolean => /^(Secret|ConfigMap)\/ext-/.test(reference);
      expect(tlsViolations(all)).toEqual([]);
      expect(
        violations({ objects: all, isExternal, isUserVolume: () => false, asksForToken: false, asksForLimits: true }),
      ).toEqual([]);
    }),
    { numRuns: 300 },
  );
}, 300_000);

describe('the rules find', () => {
  const setting: Setting = {
    kind: 'EngineStatefulSet',
    release: 'v0.21.7',
    replicas: 2,
    ordinalsStart: 0,
    namespace: 'ci',
    name: 'pool',
    serviceName: undefined,
    from: 'ClusterIssuer',
    mutual: true,
    inEngine: false,
    native: true,
    named: true,
    runnersElsewhere: false,
    toPod: true,
  };
  const broken = (change: (of: (kind: string, name: string) => any) => void): string[] => {
    jest.spyOn(console, 'warn').mockImplementation();
    const all: any[] = structuredClone(objects(setting));
    change((kind, name) => all.find((object) => object.kind === kind && object.metadata.name.startsWith(name)));
    return tlsViolations(all);
  };

  test.each<[string, Parameters<typeof broken>[0], string]>([
    [
      'a host that the certificate is not for',
      (of) => {
        of('Certificate', 'pool-tls').spec.dnsNames = ['pool.ci.svc'];
      },
      'pool-1.pool-headless.ci.svc is not among pool.ci.svc',
    ],
    [
      'a sidecar that admits all',
      (of) => {
        of('StatefulSet', 'pool').spec.template.spec.initContainers[0].args.push('--allow-all');
      },
      'the sidecar admits by --allow-cn,--allow-all',
    ],
    [
      'an engine with a port of its own',
      (of) => {
        of('StatefulSet', 'pool').spec.template.spec.containers[0].args = ['--addr', 'tcp://0.0.0.0:1'];
      },
      'the engine opens a port behind its sidecar',
    ],
    [
      'a client of another name',
      (of) => {
        of('Certificate', 'pool-client').spec.commonName = 'stranger';
      },
      'stranger is not admitted',
    ],
    [
      'a client of another issuer',
      (of) => {
        of('Certificate', 'pool-client').spec.issuerRef.name = 'theirs';
      },
      "another issuer signs the client's certificate",
    ],
    [
      'a client without certificate',
      (of) => {
        of('Certificate', 'pool-client').spec.secretName = 'other';
      },
      'the client has no certificate',
    ],
    [
      'a certificate for everything',
      (of) => {
        of('Certificate', 'pool-tls').spec.usages.push('client auth');
      },
      'pool-tls is not for one purpose: digital signature,server auth,client auth',
    ],
  ])('%s', (_, change, says) => {
    expect(broken(change)).toEqual([says]);
  });
});
