import { ApiObject, Size, type Chart } from 'cdk8s';
import {
  CacheVolume,
  EngineCapability,
  EngineJson,
  EngineStatefulSet,
  KeySelector,
  Listener,
  PemFile,
  Transport,
} from '../../../src/index';
import { isReady } from '../../cluster/pods';
import { chart } from '../../engines';
import { REGISTRY_IMAGE, supporting, type EngineSuite } from '../engines';
import { apply, clientPod, commandsOf, expectReady, runningClient, seen, SMALL } from './scenario';
import { addSecrets } from './tls';

/** The image that the build pulls. Only the mirror has it. */
const IMAGE = 'example/base:1';

/** The content of a file in the image. */
const CONTENT = 'from-the-mirror';

/** Creates an image with busybox in the registry. */
const CREATE = [
  `mkdir -p /tmp/root/bin && cp /usr/bin/busybox /tmp/root/bin/ && echo ${CONTENT} > /tmp/root/content`,
  'tar -c -f /tmp/layer.tar -C /tmp/root bin content',
  `crane append --oci-empty-base --new_layer /tmp/layer.tar --new_tag localhost:5000/docker-hub/${IMAGE}`,
  `crane mutate --set-platform linux/$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/') localhost:5000/docker-hub/${IMAGE}`,
].join(' && ');

/** Defines a test that builds pull images from a mirror with a private CA. */
export function registry(suite: EngineSuite): void {
  const { cluster, engine: tested, scenario } = suite;
  const registryScenario = supporting(tested, EngineCapability.JSON_REGISTRIES, scenario);

  registryScenario('a build pulls its image from a mirror with a private CA', async (namespace) => {
    const program = chart({ namespace });
    const host = `registry.${namespace}.svc`;
    addSecrets(program, [host]);
    addRegistry(program);
    const engineWith = (name: string, ca: PemFile[]): EngineStatefulSet => {
      const engine = new EngineStatefulSet(program, name, {
        version: tested.version,
        resources: SMALL,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
        listener: Listener.insecureTcp(),
        engineJson: EngineJson.of({
          registries: { 'docker.io': { mirrors: [`${host}/docker-hub`] }, ...(ca.length > 0 && { [host]: { ca } }) },
        }),
      });
      clientPod(program, `${name}-client`, engine, { transport: Transport.tcp() });
      return engine;
    };
    const engine = engineWith('engine', [PemFile.fromSelector(KeySelector.fromSecretName('server', 'ca.crt'))]);
    const without = engineWith('without-ca', []);
    await apply(cluster(), program);
    const container = { namespace, pod: 'registry', container: 'registry' };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'registry', namespace } };
    await cluster().until(async () => isReady(await cluster().client.get(pod)), 'the registry to run', 120);
    const { status, stderr } = await cluster().exec(container, ['sh', '-c', CREATE]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.anything() });
    await expectReady(cluster(), engine);
    await expectReady(cluster(), without);

    const pull = commandsOf(tested).run(IMAGE, '/bin/busybox cat /content');
    const started = Date.now();
    const client = await runningClient(suite, namespace, 'engine-client');
    const built = await cluster().until(
      async () => {
        const result = await client.run(pull);
        return result.status === 0 ? result : undefined;
      },
      'the build to pull its image',
      120,
    );
    expect(built.stdout.trim()).toBe(CONTENT);
    expect(await cluster().logs(container)).toMatch(/GET \/v2\/docker-hub\/example\/base\/manifests\//);
    const rejected = await (await runningClient(suite, namespace, 'without-ca-client')).run(pull);
    const reason = /x509: [^"\n]*|certificate[^"\n]*/.exec(rejected.stderr)?.[0];
    seen(`mirror with a private CA: built after ${(Date.now() - started) / 1000} s; without the CA: ${reason}`);
    expect(rejected.status).not.toBe(0);
  });
}

/** Adds a registry behind TLS with the certificate in the Secret `server`. */
function addRegistry(program: Chart): void {
  const labels = { app: 'registry' };
  const tls = { name: 'tls', mountPath: '/tls', readOnly: true };
  new ApiObject(program, 'registry', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'registry', labels },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        { name: 'registry', image: REGISTRY_IMAGE },
        {
          name: 'tls',
          image: 'docker.io/ghostunnel/ghostunnel:v1.11.0-distroless',
          args: [
            'server',
            '--listen=0.0.0.0:8443',
            '--target=localhost:5000',
            '--cert=/tls/tls.crt',
            '--key=/tls/tls.key',
            '--disable-authentication',
          ],
          volumeMounts: [tls],
        },
      ],
      volumes: [{ name: tls.name, secret: { secretName: 'server' } }],
    },
  });
  new ApiObject(program, 'registry-service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'registry' },
    spec: { selector: labels, ports: [{ port: 443, targetPort: 8443 }] },
  });
}
