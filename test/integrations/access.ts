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
  type ConnectionOptions,
  type EngineSidecarProps,
} from '../../src/index';
import { chart, VERSION } from '../engines';

/** Accesses to engines in the namespace of the jobs. */
export function access(scope: Chart = chart()) {
  const pool = (options: ConnectionOptions, listener?: Listener) =>
    EngineAccess.through(
      new EngineStatefulSet(scope, 'pool', {
        version: VERSION,
        replicas: 2,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
        listener,
      }).connection(options),
    );
  return {
    inPod: (props: Partial<EngineSidecarProps> = {}) =>
      EngineAccess.inPod(new EngineSidecar(scope, 'builder', { version: VERSION, ...props })),
    socket: (options: ConnectionOptions = {}) =>
      EngineAccess.through(
        new EngineDaemonSet(scope, 'engine', {
          version: VERSION,
          pod: {
            nodeSelector: { 'example.com/dagger': 'true' },
            tolerations: [{ key: 'example.com/dagger', operator: 'Exists', effect: 'NoSchedule' }],
          },
        }).connection({ transport: Transport.unix(), ...options }),
      ),
    tcp: (options: ConnectionOptions = {}) => pool(options, Listener.insecureTcp()),
    tls: (options: ConnectionOptions = {}) =>
      pool({ name: 'job', ...options }, Listener.tls({ certificates: Certificates.issuedBy({ name: 'ca' }) })),
    /** Certificate and authority in two objects, as a program in JavaScript can have them. */
    tlsOfTwo: () =>
      pool(
        {
          certificate: ClientCertificate.fromSecret({
            ...TlsSecret.fromSecretName('client'),
            ca: KeySelector.fromConfigMapName('authority', 'ca.crt'),
          } as TlsSecret),
        },
        Listener.tls({ certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('server') }) }),
      ),
    withCli: () => pool({ cli: CliInstall.fromEngineImage() }, Listener.insecureTcp()),
    api: () => pool({ transport: Transport.kubePodOrdinal(0), serviceAccountName: 'runner' }),
    shell: () => pool({ transport: Transport.kubePod('$POD') }),
  };
}
