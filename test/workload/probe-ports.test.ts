import { k8s } from 'cdk8s-plus-28';
import {
  Certificates,
  EngineProbe,
  EngineRisk,
  EngineToml,
  EnvVar,
  KeySelector,
  Listener,
  type EngineDaemonSetProps,
} from '../../src/index';
import { daemonSet } from '../engines';

const probe = (port: number | string, host?: string): k8s.Probe => ({
  tcpSocket: {
    host,
    port: typeof port === 'number' ? k8s.IntOrString.fromNumber(port) : k8s.IntOrString.fromString(port),
  },
});
const metricsAt = (address: EnvVar): Partial<EngineDaemonSetProps> => ({
  env: { _EXPERIMENTAL_DAGGER_METRICS_ADDR: address },
  acceptRisks: [{ risk: EngineRisk.METRICS_BY_VARIABLE, property: 'env', reason: 'a test' }],
});
const mutualTls = Listener.tls({ certificates: Certificates.privateCa() });
const sidecar = (more: Partial<k8s.Container>): k8s.Container => ({ name: 'logs', image: 'logs:1', ...more });

describe('a probe of the engine', () => {
  const accepts = (given: k8s.Probe, props: Partial<EngineDaemonSetProps> = {}): boolean => {
    try {
      daemonSet({ probes: { liveness: EngineProbe.fromProbe(given) }, ...props });
      return true;
    } catch (error) {
      expect(String(error)).toContain('probes.liveness: ');
      return false;
    }
  };

  it.each<[string, k8s.Probe, Partial<EngineDaemonSetProps>, boolean]>([
    ['a closed port', probe(8080), {}, false],
    ['a closed port, although others are open', probe(8080), { metrics: {} }, false],
    ['a port of another host', probe(8080, '10.0.0.1'), {}, true],
    ['the port of the listener', probe(1234), { listener: Listener.insecureTcp() }, true],
    ['the port of the TLS sidecar', probe(8443), { listener: mutualTls }, true],
    ['the port of the metrics', probe(9090), { metrics: {} }, true],
    ['the metrics of a variable', probe(9090), metricsAt(EnvVar.fromValue('0.0.0.0:9090')), true],
    ['another port than the metrics', probe(9091), metricsAt(EnvVar.fromValue('0.0.0.0:9090')), false],
    [
      'metrics whose port is in a ConfigMap',
      probe(9090),
      metricsAt(EnvVar.fromKey(KeySelector.fromConfigMapName('settings', 'address'))),
      true,
    ],
    ['the debug address', probe(6060), { args: ['--debugaddr=0.0.0.0:6060'] }, true],
    [
      'the debug address in engine.toml',
      probe(6060),
      { engineToml: EngineToml.of({ grpc: { debugAddress: '0.0.0.0:6060' } }) },
      true,
    ],
    ['a port of a sidecar', probe(8080), { sidecars: [sidecar({ ports: [{ containerPort: 8080 }] })] }, true],
    ['a sidecar that may listen on any port', probe(8080), { sidecars: [sidecar({})] }, true],
    ['the network of the node', probe(10248), { hostNetwork: true }, true],
    ['a name that no port has', probe('web'), { extraPorts: [{ name: 'http', containerPort: 80 }] }, false],
    ['the name of a port', probe('http'), { extraPorts: [{ name: 'http', containerPort: 80 }] }, true],
  ])('%s', (_title, given, props, expected) => {
    expect(accepts(given, props)).toBe(expected);
  });
});
