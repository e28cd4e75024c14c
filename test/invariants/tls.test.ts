import { objects, type Setting } from './tls-programs';
import { tlsViolations } from './tls-violations';

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
      'a host that is missing in the certificate',
      (of) => {
        of('Certificate', 'pool-tls').spec.dnsNames = ['pool.ci.svc'];
      },
      'pool-1.pool-headless.ci.svc is not among pool.ci.svc',
    ],
    [
      'a sidecar that admits every client',
      (of) => {
        of('StatefulSet', 'pool').spec.template.spec.initContainers[0].args.push('--allow-all');
      },
      'the sidecar admits by --allow-cn,--allow-all',
    ],
    [
      'an engine with an open port',
      (of) => {
        of('StatefulSet', 'pool').spec.template.spec.containers[0].args = ['--addr', 'tcp://0.0.0.0:1'];
      },
      'the engine opens a port behind its sidecar',
    ],
    [
      'a client with another name',
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
      'a certificate for every purpose',
      (of) => {
        of('Certificate', 'pool-tls').spec.usages.push('client auth');
      },
      'pool-tls is not for one purpose: digital signature,server auth,client auth',
    ],
  ])('%s', (_, change, says) => {
    expect(broken(change)).toEqual([says]);
  });
});
