import { Duration, Size } from 'cdk8s';
import {
  CacheVolume,
  Certificates,
  ClientCertificate,
  ConnectionCheck,
  EngineStatefulSet,
  Listener,
  TlsSecret,
  Transport,
} from '../../../src/index';
import type { Manifest } from '../../cluster/client';
import { chart } from '../../engines';
import type { EngineSuite } from '../engines';
import { apply, clientPod, expectReady, lastError, runningClient, seen, SMALL } from './scenario';
import { addSecrets, KEYS, CLIENT_CERTIFICATE } from './tls';

/** The times that the test allows the connection check, and requires of the CLI. */
const [MOST_CHECK_SECONDS, LEAST_CLI_SECONDS] = [60, 590];

/** The timeout of the connection check. */
const CHECK_SECONDS = 30;

/** The CLI gives up after ten minutes. */
const CLI_SECONDS = 700;

/** The clients that the engine rejects, and their certificates. */
const REJECTED = { 'other-namespace': 'admitted', 'no-certificate': 'admitted', foreign: 'foreign' };

/** Defines a test that measures how long the Dagger CLI and the connection check take to report a rejection. */
export function rejections({ cluster, engine: tested, realScenario }: EngineSuite): void {
  realScenario(
    'a rejected client reports it after ten minutes, and its connection check within a minute',
    async (namespace) => {
      const program = chart({ namespace });
      const engine = new EngineStatefulSet(program, 'engine', {
        version: tested.version,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
        resources: SMALL,
        listener: Listener.tls({
          certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('server', KEYS) }),
          allowedClients: ['admitted'],
        }),
      });
      const add = (name: string, secret: string, isChecked: boolean): void =>
        clientPod(program, name, engine, {
          transport: Transport.tls(),
          certificate: ClientCertificate.fromSecret(TlsSecret.fromSecretName(secret, KEYS)),
          ...(isChecked && {
            connectionCheck: ConnectionCheck.fromEngineImage({ timeout: Duration.seconds(CHECK_SECONDS) }),
          }),
        });
      add('admitted-checked', 'admitted', true);
      for (const [name, secret] of Object.entries(REJECTED)) {
        add(name, secret, false);
        add(`${name}-checked`, secret, true);
      }
      addSecrets(program, [`engine.${namespace}.svc`]);

      // The engine's policy admits the labels of these pods, but not in the other namespace.
      const other = await cluster().createNamespace('other');
      const namespaceOf = (name: string): string => (name.startsWith('other-namespace') ? other : namespace);
      const changed = (manifest: Manifest): Manifest => {
        const { name } = manifest.metadata;
        const text = JSON.stringify({ ...manifest, metadata: { ...manifest.metadata, namespace: namespaceOf(name) } });
        return JSON.parse(
          name.startsWith('no-certificate') ? text.replace(new RegExp(CLIENT_CERTIFICATE, 'g'), '') : text,
        );
      };
      await apply(cluster(), program, changed);
      const secret = await cluster().client.get({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'admitted', namespace },
      });
      await cluster().apply([
        { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'admitted', namespace: other }, data: secret.data },
      ]);
      await expectReady(cluster(), engine);

      const check = async (name: string): Promise<any> => {
        const ref = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: namespaceOf(name) } };
        const { status } = await cluster().client.get(ref);
        const { state, lastState } = status.initContainerStatuses.find((one: any) => one.name === 'check-engine') ?? {};
        return state?.terminated ?? lastState?.terminated;
      };
      const admitted = await cluster().until(
        async () => {
          const ended = await check('admitted-checked');
          return ended?.exitCode === 0 ? ended : undefined;
        },
        'the admitted client to pass its check',
        180,
      );
      seen(`connection check, admitted: passed after ${secondsOf(admitted)} s`);

      const report = async (name: string): Promise<void> => {
        const ended = await cluster().until(() => check(`${name}-checked`), `the check of ${name} to fail`, 240);
        seen(
          `connection check, ${name}: failed after ${secondsOf(ended)} s: ${ended.message.trim().split('\n').pop()}`,
        );
        expect(ended.exitCode).toBe(1);
        expect(secondsOf(ended)).toBeLessThan(MOST_CHECK_SECONDS);
        expect(ended.message).toContain(`The engine engine did not accept a session within ${CHECK_SECONDS} seconds.`);
        const client = await runningClient({ cluster, engine: tested }, namespaceOf(name), name);
        const started = Date.now();
        const { status, stderr } = await client.run('dagger --progress=plain core version', CLI_SECONDS);
        const seconds = (Date.now() - started) / 1000;
        seen(`CLI, ${name}: exit code ${status} after ${seconds} s: ${lastError(stderr)}`);
        expect(seconds).toBeGreaterThan(LEAST_CLI_SECONDS);
        expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('deadline exceeded') });
      };
      await Promise.all(Object.keys(REJECTED).map(report));
    },
    1200,
  );
}

/** Returns how long a terminated container ran. */
function secondsOf({ startedAt, finishedAt }: { startedAt: string; finishedAt: string }): number {
  return (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}
