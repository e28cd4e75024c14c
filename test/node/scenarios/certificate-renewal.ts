import { Duration, Size } from 'cdk8s';
import {
  CacheVolume,
  Certificates,
  EngineCapability,
  EngineStatefulSet,
  Listener,
  TlsTermination,
  Transport,
} from '../../../src/index';
import { chart } from '../../engines';
import { supporting, type EngineSuite } from '../engines';
import type { LocalNode } from '../local-node';
import { apply, clientPod, expectReady, runningClient, seen, SMALL } from './scenario';

const PORT = 8443;

/** A script that prints the fingerprint of a server's certificate. */
const FINGERPRINT = `
const [host, port] = process.argv.slice(1);
const socket = require('node:tls').connect({ host, port, rejectUnauthorized: false }, () => {
  console.log(socket.getPeerCertificate().fingerprint256);
  process.exit();
});
socket.on('error', (error) => { throw error; });
`;

/** Defines a test of certificates that cert-manager renews while a client builds. */
export function certificateRenewal(suite: EngineSuite): void {
  const { cluster, localScenario } = suite;
  const { version } = suite.engine;
  const tlsScenario = supporting(suite.engine, EngineCapability.TLS_CLIENT, localScenario);

  tlsScenario(
    'a client builds on while cert-manager renews the certificates, and a new CA replaces the old one',
    async (namespace, node) => {
      const program = chart({ namespace });
      const engine = new EngineStatefulSet(program, 'engine', {
        version,
        resources: SMALL,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
        listener: Listener.tls({
          port: PORT,
          certificates: Certificates.privateCa(),
          allowedClients: ['runner'],
          termination: TlsTermination.sidecar({ reloadInterval: Duration.seconds(5) }),
        }),
      });
      clientPod(program, 'client', engine, { transport: Transport.tls(), certificate: engine.issueClient('runner') });
      await apply(cluster(), program);
      await expectReady(cluster(), engine);
      const client = await runningClient(suite, namespace, 'client');
      await client.build();
      await client.startLongStep({ namespace, pod: 'engine-0', container: 'dagger-engine' });

      const certificates = (await cluster().client.list('cert-manager.io/v1', 'Certificate', { namespace })) as any[];
      const ca = certificates.filter(({ spec }) => spec.isCA);
      const leaves = certificates.filter(({ spec }) => !spec.isCA);
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'engine-0', namespace } };
      const { podIP } = (await cluster().client.get(pod)).status;
      const served = (): Promise<string> => fingerprint(node, podIP);

      /** Makes cert-manager issue new certificates. Returns the seconds until the engine serves its new certificate. */
      const renew = async (issued: readonly any[]): Promise<number> => {
        const before = await served();
        const started = Date.now();
        for (const { spec } of issued) {
          await cluster().client.delete({
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { name: spec.secretName, namespace },
          });
        }
        await cluster().until(async () => (await served()) !== before, 'the engine to serve the new certificate', 240);
        return (Date.now() - started) / 1000;
      };

      const renewal = await renew(leaves);
      expect(await client.ended()).toBeUndefined();
      await client.build(2);
      seen(
        `certificates of the engine and the client renewed: served after ${renewal.toFixed(0)} s, the open session builds on`,
      );

      const rotation = await renew([...ca, ...leaves]);
      expect(await client.ended()).toBeUndefined();
      const rotated = Date.now();
      await cluster().until(async () => (await client.connect()).status === 0, 'the client to trust the new CA', 240);
      await client.build(3);
      seen(
        `new CA: served after ${rotation.toFixed(0)} s, new connections after ${((Date.now() - rotated) / 1000).toFixed(0)} s more, the open session builds on`,
      );
      expect(await client.ended()).toBeUndefined();
    },
    600,
  );
}

async function fingerprint(node: LocalNode, host: string): Promise<string> {
  const { stdout } = await node.run(process.execPath, ['-e', FINGERPRINT, host, String(PORT)]);
  return stdout.trim();
}
