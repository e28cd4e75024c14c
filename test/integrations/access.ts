import { Chart, Size } from 'cdk8s';
import {
  CacheVolume,
  Certificates,
  ClientCertificate,
  CliInstall,
  EngineAccess,
  EngineDaemonSet,
  EngineSidecar,
  EngineStatefulSet,
  KeySelector,
  Listener,
  TlsSecret,
  Transport,
  type AddClientOptions,
  type EngineSidecarProps,
} from '../../src/index';
import { chart, VERSION } from '../engines';

/** Returns functions that create each kind of EngineAccess for jobs in the engine's namespace. */
export function access(scope: Chart = chart()) {
  const pool = (options: AddClientOptions, listener?: Listener) =>
    EngineAccess.fromConnection(
      new EngineStatefulSet(scope, 'pool', {
        version: VERSION,
        replicas: 2,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
        listener,
      }).addClient(options),
    );
  return {
    inPod: (props: Partial<EngineSidecarProps> = {}) =>
      EngineAccess.fromSidecar(new EngineSidecar(scope, 'builder', { version: VERSION, ...props })),
    socket: (options: AddClientOptions = {}) =>
      EngineAccess.fromConnection(
        new EngineDaemonSet(scope, 'engine', {
          version: VERSION,
          nodeSelector: { 'example.com/dagger': 'true' },
          tolerations: [{ key: 'example.com/dagger', operator: 'Exists', effect: 'NoSchedule' }],
        }).addClient({ transport: Transport.unix(), ...options }),
      ),
    tcp: (options: AddClientOptions = {}) => pool(options, Listener.insecureTcp()),
    tls: (options: AddClientOptions = {}) =>
      pool({ name: 'job', ...options }, Listener.tls({ certificates: Certificates.issuedBy({ name: 'ca' }) })),
    /** TLS with the certificate and the CA in two objects. */
    tlsOfTwo: () =>
      pool(
        {
          certificate: ClientCertificate.fromSecret(TlsSecret.fromSecretName('client')),
          ca: KeySelector.fromConfigMapName('authority', 'ca.crt'),
        },
        Listener.tls({ certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('server') }) }),
      ),
    withCli: () => pool({ cli: CliInstall.fromEngineImage() }, Listener.insecureTcp()),
    api: () => pool({ transport: Transport.kubePod({ ordinal: 0 }), serviceAccountName: 'runner' }),
    shell: () => pool({ transport: Transport.kubePod({ podName: '$POD' }) }),
  };
}
