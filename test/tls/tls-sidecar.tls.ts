import { Chart, Duration, Testing } from 'cdk8s';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Certificates,
  EngineRisk,
  Listener,
  PrivateKeyAlgorithm,
  TlsTermination,
  Transport,
  Risks,
  type EngineStatefulSet,
  type TlsListenerOptions,
} from '../../src/index';
import { pod, statefulSet } from '../engines';
import { Issuer, SecretVolume, type Secret } from './certificates';
import { dial, echo, overHttp2, overUpgrade, probe, upgrade, type Dial } from './client';
import { FakeEngine } from './engine';
import { ghostunnel, missingTools, Terminator } from './ghostunnel';

const missing = missingTools();
if (missing !== undefined) {
  console.warn(`skipped: the tests of TLS need ${missing}`);
}

const DAY = 86_400_000;
const HOST = 'engine.ci.svc';

/** The Certificate of a client that isn't part of the program. */
const STRANGER = {
  spec: {
    commonName: 'stranger',
    usages: ['digital signature', 'client auth'],
    privateKey: { algorithm: 'ECDSA', size: 256 },
  },
};
const FOREIGN_AUTHORITY = {
  spec: {
    commonName: 'engine-ca',
    isCA: true,
    usages: ['digital signature', 'cert sign', 'crl sign'],
    privateKey: { algorithm: 'ECDSA', size: 256 },
  },
};

/**
 * The engine of a program as in a cluster: with issued Certificates, and behind a TLS sidecar with the flags from the
 * manifest.
 */
class Cluster {
  public readonly engine: EngineStatefulSet;
  public readonly issuer: Issuer;
  public readonly fake = new FakeEngine();
  public readonly secrets: { [name: string]: Secret } = {};
  public readonly terminator: Terminator;
  private readonly directory = mkdtempSync(join(tmpdir(), 'cdk8s-dagger-tls-'));
  private readonly volume = new SecretVolume(join(this.directory, 'tls'));
  private readonly manifests: any[];

  public static async start(
    options: Partial<TlsListenerOptions> = {},
    clients: readonly string[] = ['ci-runners'],
  ): Promise<Cluster> {
    const cluster = new Cluster(await freePort(), await freePort(), options, clients);
    await until(
      async () => (await probe(cluster.statusPort, cluster.sidecar.startupProbe.httpGet.path)) === 200,
      () => cluster.terminator.log,
    );
    return cluster;
  }

  private constructor(
    public readonly port: number,
    public readonly statusPort: number,
    options: Partial<TlsListenerOptions>,
    clients: readonly string[],
  ) {
    this.engine = statefulSet({
      replicas: 2,
      listener: Listener.tls({
        certificates: Certificates.privateCa(),
        port,
        termination: TlsTermination.sidecar({ statusPort, reloadInterval: Duration.seconds(1) }),
        ...options,
      }),
    });
    Risks.of(this.engine).accept(EngineRisk.NO_CLIENT_ADMITTED, 'there is no network');
    clients.forEach((name) => this.engine.issueClient(name));
    this.manifests = Testing.synth(Chart.of(this.engine));
    const certificates = this.manifests.filter(({ kind }) => kind === 'Certificate');
    const ca = certificates.find(({ spec }) => spec.isCA);
    const authority = new Issuer(join(this.directory, 'root')).issue(ca);
    this.issuer = new Issuer(join(this.directory, 'issued'), authority);
    for (const certificate of certificates.filter((other) => other !== ca)) {
      this.secrets[certificate.spec.secretName] = this.issuer.issue(certificate);
    }
    this.mount();
    this.terminator = new Terminator(
      ghostunnel(this.sidecar.image.split(':')[1]),
      this.sidecar.args.map((argument: string) =>
        argument
          .replace('unix:/run/dagger/engine.sock', `unix:${this.socket}`)
          .replace('=/etc/dagger/tls/', `=${this.volume.path}/`),
      ),
    );
  }

  public get sidecar(): any {
    return pod(this.engine).initContainers.find(({ name }: { name: string }) => name === 'tls');
  }

  public get socket(): string {
    return join(this.directory, 'engine.sock');
  }

  public get authority(): string {
    return this.server['ca.crt'];
  }

  public get server(): Secret {
    return this.secrets['engine-tls']!;
  }

  /** Returns the connection options of a client, including its certificate. */
  public as(client: string | Secret | undefined, host = HOST): Dial {
    return {
      host,
      port: this.port,
      ca: this.authority,
      client: typeof client === 'string' ? this.secrets[`engine-client-${client}`] : client,
    };
  }

  /** Renews the engine's certificate like cert-manager, and updates the volume like the kubelet. */
  public renew(): void {
    this.secrets['engine-tls'] = this.issuer.issue(
      this.manifests.find(({ kind, metadata }) => metadata.name === 'engine-tls' && kind === 'Certificate'),
    );
    this.mount();
  }

  /** Returns an issuer whose CA the engine doesn't know. */
  public foreign(): Issuer {
    return new Issuer(
      join(this.directory, 'foreign'),
      new Issuer(join(this.directory, 'foreign-root')).issue(FOREIGN_AUTHORITY),
    );
  }

  public async stop(): Promise<void> {
    await this.fake.close();
    await this.terminator.stop();
    rmSync(this.directory, { recursive: true });
  }

  private mount(): void {
    this.volume.write(
      pod(this.engine).volumes.find(({ name }: { name: string }) => name === 'tls'),
      this.secrets,
    );
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function until(condition: () => Promise<boolean>, explain: () => string = () => ''): Promise<void> {
  for (let tries = 0; tries < 150; tries += 1) {
    if (await condition()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not within 15 seconds: ${explain()}`);
}

(missing === undefined ? describe : describe.skip)('the TLS sidecar', () => {
  beforeAll(() => {
    ghostunnel(
      pod(
        statefulSet({ listener: Listener.tls({ certificates: Certificates.privateCa() }) }),
      ).initContainers[0].image.split(':')[1],
    );
  });

  /** Expects that connections fail with both protocols, and that no data reaches the engine. */
  async function expectRefused(cluster: Cluster, to: Dial): Promise<void> {
    const before = cluster.fake.connections;
    await expect(overUpgrade(to, 'let me in')).rejects.toThrow();
    await expect(overHttp2(to, 'let me in')).rejects.toThrow();
    expect(cluster.fake.connections).toBe(before);
  }

  describe('with the certificates of a private CA', () => {
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await Cluster.start();
    });
    afterAll(() => cluster.stop());

    test('starts before the engine, and is ready when the engine is', async () => {
      expect(await probe(cluster.statusPort, cluster.sidecar.startupProbe.httpGet.path)).toBe(200);
      expect(await probe(cluster.statusPort, cluster.sidecar.readinessProbe.httpGet.path)).toBe(503);
      await cluster.fake.listen(cluster.socket);
      expect(await probe(cluster.statusPort, cluster.sidecar.readinessProbe.httpGet.path)).toBe(200);
    });

    test('admits a client at every tls:// address, by HTTP/1.1 upgrade and by HTTP/2 with prior knowledge', async () => {
      for (const transport of [Transport.tls(), Transport.tls({ ordinal: 0 }), Transport.tls({ ordinal: 1 })]) {
        const host = new URL(cluster.engine.runnerHost(transport)).hostname;
        expect(await overUpgrade(cluster.as('ci-runners', host), 'attachables')).toBe('attachables');
        expect(await overHttp2(cluster.as('ci-runners', host), '{ version }')).toBe('2.0 { version }');
      }
    });

    test('transfers a megabyte in each direction', async () => {
      const text = 'dagger! '.repeat(131_072);
      expect(await overUpgrade(cluster.as('ci-runners'), text)).toBe(text);
      expect(await overHttp2(cluster.as('ci-runners'), text)).toBe(`2.0 ${text}`);
    });

    test('is rejected by a client that expects another engine', async () => {
      await expect(dial(cluster.as('ci-runners', 'pool.ci.svc'))).rejects.toThrow(
        /does not match certificate's altnames/,
      );
    });

    test('rejects a client without a certificate', () => expectRefused(cluster, cluster.as(undefined)));

    test('rejects a client of another CA, even with the same name', async () => {
      await expectRefused(cluster, cluster.as(cluster.foreign().issue(STRANGER)));
    });

    test('rejects a client whose certificate has expired or is not valid yet', async () => {
      await expectRefused(
        cluster,
        cluster.as(cluster.issuer.issue(STRANGER, new Date(Date.now() - 2 * DAY), new Date(Date.now() - DAY))),
      );
      await expectRefused(
        cluster,
        cluster.as(cluster.issuer.issue(STRANGER, new Date(Date.now() + DAY), new Date(Date.now() + 2 * DAY))),
      );
    });

    test('rejects a server certificate as a client certificate', () =>
      expectRefused(cluster, cluster.as(cluster.server)));

    test('admits every client of the CA', async () => {
      expect(await overUpgrade(cluster.as(cluster.issuer.issue(STRANGER)), 'hello')).toBe('hello');
    });

    test('uses a renewed certificate, and keeps open connections', async () => {
      const serial = async (): Promise<string> => {
        const socket = await dial(cluster.as('ci-runners'));
        const { serialNumber } = socket.getPeerX509Certificate()!;
        socket.destroy();
        return serialNumber;
      };
      const before = await serial();
      const open = await upgrade(cluster.as('ci-runners'));
      expect(await echo(open, 'before')).toBe('before');

      cluster.renew();
      const renewed = new X509Certificate(cluster.server['tls.crt']).serialNumber;
      expect(renewed).not.toBe(before);
      let line = 0;
      await until(async () => {
        const text = `line ${(line += 1)}\n`.repeat(1000);
        expect(await echo(open, text)).toBe(text);
        return (await serial()) === renewed;
      });
      expect(await echo(open, 'after')).toBe('after');
      expect(await overHttp2(cluster.as('ci-runners'), 'anew')).toBe('2.0 anew');
      open.destroy();
    });

    test('accepts no more connections after a stop signal, and waits for the open ones', async () => {
      const open = await upgrade(cluster.as('ci-runners'));
      const stopped = cluster.terminator.stop();
      await until(async () => cluster.terminator.log.includes('waiting for drain'));
      await expect(dial(cluster.as('ci-runners'))).rejects.toThrow();
      expect(await echo(open, 'still here')).toBe('still here');
      open.end();
      expect(await stopped).toBe(0);
    });
  });

  test('admits only the named clients', async () => {
    const cluster = await Cluster.start({ allowedClients: ['ci-runners', 'laptops'] }, ['ci-runners', 'laptops']);
    await cluster.fake.listen(cluster.socket);
    expect(await overUpgrade(cluster.as('ci-runners'), 'hello')).toBe('hello');
    expect(await overHttp2(cluster.as('laptops'), 'hello')).toBe('2.0 hello');
    await expectRefused(cluster, cluster.as(cluster.issuer.issue(STRANGER)));
    await cluster.stop();
  });

  test('admits every client without mutual TLS', async () => {
    const cluster = await Cluster.start({ mutual: false }, []);
    await cluster.fake.listen(cluster.socket);
    expect(await overUpgrade(cluster.as(undefined), 'hello')).toBe('hello');
    expect(await overHttp2(cluster.as(undefined), 'hello')).toBe('2.0 hello');
    await cluster.stop();
  });

  test.each([
    { keyAlgorithm: PrivateKeyAlgorithm.ECDSA, keySize: 384 },
    { keyAlgorithm: PrivateKeyAlgorithm.RSA },
    { keyAlgorithm: PrivateKeyAlgorithm.ED25519 },
  ])('works with keys of the kind $keyAlgorithm', async (key) => {
    const cluster = await Cluster.start({ certificates: Certificates.privateCa({ ...key, ca: key }) });
    await cluster.fake.listen(cluster.socket);
    expect(await overUpgrade(cluster.as('ci-runners'), 'hello')).toBe('hello');
    expect(await overHttp2(cluster.as('ci-runners'), 'hello')).toBe('2.0 hello');
    await cluster.stop();
  });
});
