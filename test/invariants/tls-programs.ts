import { App, Chart, Duration, Size } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-28';
import * as fc from 'fast-check';
import {
  CacheVolume,
  Certificates,
  ClientCertificate,
  EngineCapability,
  EngineDaemonSet,
  EngineDeployment,
  EngineStatefulSet,
  EngineVersion,
  KeySelector,
  Listener,
  TlsSecret,
  TlsTermination,
  Transport,
  type Engine,
  type EngineProps,
} from '../../src/index';
import { RELEASES } from './releases';
import type { Manifest } from './invariants';

/** All settings that affect a TLS listener. */
export const settings = fc.record({
  kind: fc.constantFrom('EngineDaemonSet', 'EngineStatefulSet', 'EngineDeployment'),
  release: fc.constantFrom(...RELEASES),
  replicas: fc.integer({ min: 1, max: 4 }),
  ordinalsStart: fc.constantFrom(0, 3),
  namespace: fc.constantFrom(undefined, 'ci'),
  name: fc.constantFrom('pool', `a${'-long'.repeat(10)}`),
  serviceName: fc.constantFrom(undefined, 'builds'),
  from: fc.constantFrom('privateCa', 'Issuer', 'ClusterIssuer', 'secrets', 'secrets and another CA'),
  mutual: fc.boolean(),
  inEngine: fc.boolean(),
  native: fc.boolean(),
  named: fc.boolean(),
  runnersElsewhere: fc.boolean(),
  toPod: fc.boolean(),
});

export type Setting = typeof settings extends fc.Arbitrary<infer T> ? T : never;

function certificates(from: string): Certificates {
  const server = TlsSecret.fromSecretName('ext-server');
  const client = ClientCertificate.fromSecret(
    TlsSecret.fromSecretName('ext-client', { certificate: 'cert', privateKey: 'key', ca: 'ca' }),
  );
  switch (from) {
    case 'privateCa':
      return Certificates.privateCa({ duration: Duration.days(7) });
    case 'secrets':
      return Certificates.fromSecrets({ server, client });
    case 'secrets and another CA':
      return Certificates.fromSecrets({
        server,
        client,
        clientCa: KeySelector.fromConfigMapName('ext-clients', 'ca.pem'),
      });
    default:
      return Certificates.issuedBy({ name: 'ours', kind: from }, { extraDnsNames: ['builds.example.com'] });
  }
}

/** Returns the objects in a program with one engine and one client. */
export function objects(setting: Setting): Manifest[] {
  const {
    from,
    inEngine,
    kind,
    mutual,
    name,
    named,
    namespace,
    native,
    ordinalsStart,
    release,
    replicas,
    runnersElsewhere,
    serviceName,
    toPod,
  } = setting;
  const app = new App();
  const scope = new Chart(app, 'engines', { namespace });
  const engineTls = inEngine && EngineVersion.of(release).supports(EngineCapability.ENGINE_TLS);
  const props: EngineProps = {
    version: release,
    name,
    listener: Listener.tls({
      certificates: certificates(from),
      mutual,
      termination: engineTls ? TlsTermination.engine() : TlsTermination.sidecar({ native }),
      ...(mutual && named && !engineTls && { allowedClients: ['runner', 'other'] }),
      ...(serviceName && { service: { name: serviceName } }),
    }),
  };
  const cache = CacheVolume.ephemeral({ size: Size.gibibytes(100) });
  const engine: Engine =
    kind === 'EngineDaemonSet'
      ? new EngineDaemonSet(scope, 'engine', props)
      : kind === 'EngineDeployment'
        ? new EngineDeployment(scope, 'engine', { ...props, cache, replicas })
        : new EngineStatefulSet(scope, 'engine', { ...props, cache, replicas, ordinalsStart });
  // Only a ClusterIssuer signs for another namespace. Without mutual TLS, the CA is in the engine's namespace.
  const elsewhere = namespace !== undefined && runnersElsewhere && mutual && from === 'ClusterIssuer';
  const clients = elsewhere ? new Chart(app, 'clients', { namespace: 'runners' }) : scope;
  const runner = new Deployment(clients, 'runner', { containers: [{ name: 'runner', image: 'example.com/runner:1' }] });
  const transport =
    toPod && kind === 'EngineStatefulSet' ? Transport.tls({ ordinal: ordinalsStart + replicas - 1 }) : Transport.tls();
  engine.connect(runner, { transport, name: 'runner' });
  return app.charts.flatMap((chart) => chart.toJson() as Manifest[]);
}
