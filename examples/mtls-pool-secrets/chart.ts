import { Chart, Size, type ChartProps } from 'cdk8s';
import { CacheVolume, Certificates, ClientCertificate, EngineStatefulSet, Listener, TlsSecret } from 'cdk8s-dagger';
import { Deployment } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';

export interface MtlsPoolSecretsProps extends ChartProps {
  /** The PEM text of the engine's certificate, if the program has it. */
  readonly certificate?: string;
}

/** Two engines that admit runners with certificates from existing Secrets. */
export class MtlsPoolSecretsChart extends Chart {
  public readonly engine: EngineStatefulSet;

  public constructor(scope: Construct, id: string, props: MtlsPoolSecretsProps = {}) {
    super(scope, id, props);
    const { certificate } = props;

    this.engine = new EngineStatefulSet(this, 'mtls-secrets', {
      version: 'v0.21.8',
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      replicas: 2,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200), storageClassName: 'gp3' }),
      listener: Listener.tls({
        certificates: Certificates.fromSecrets({
          server: TlsSecret.fromSecretName('mtls-secrets-server', {
            certificate: 'cert.pem',
            privateKey: 'key.pem',
            ca: 'ca.pem',
          }),
          client: ClientCertificate.fromSecret(
            TlsSecret.fromSecretName('mtls-secrets-runner', {
              certificate: 'cert.pem',
              privateKey: 'key.pem',
              ca: 'ca.pem',
            }),
          ),
          verify: certificate === undefined ? undefined : { certificate },
        }),
        allowedClients: ['ci-runners'],
      }),
    });

    const runners = new Deployment(this, 'secret-runners', {
      replicas: 2,
      containers: [{ name: 'runner', image: 'registry.example.com/ci/runner:1.4.2' }],
    });
    this.engine.connect(runners);
  }
}
