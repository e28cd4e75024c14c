import { Size } from 'cdk8s';
import {
  CacheVolume,
  EngineDaemonSet,
  EngineDeployment,
  EngineRisk,
  EngineStatefulSet,
  Listener,
  Transport,
  type Engine,
} from '../../../src/index';
import { accept, chart } from '../../engines';
import type { EngineSuite } from '../engines';
import { apply, clientPod, expectReady, runningClient, seen, SMALL } from './scenario';

/** A build whose layers have new folders and files of root and of another user. */
const DOCKERFILE = `FROM scratch
COPY busybox /bin/busybox
WORKDIR /app
RUN ["/bin/busybox", "sh", "-c", "/bin/busybox mkdir -p /data/a && echo text > /data/a/file && /bin/busybox chown 1000:1000 /data/a"]
`;

/** The same build on every kind of cache. */
export function layers({ cluster, scenario, engine: { version } }: EngineSuite): void {
  scenario(
    'creates the same layers on a claim, a hostPath and an emptyDir, but not with fsGroup',
    async (namespace) => {
      const program = chart({ namespace });
      const props = { version, resources: SMALL, listener: Listener.insecureTcp() };
      const claim = CacheVolume.claimTemplate({ size: Size.gibibytes(2) });
      const engines: { readonly [name: string]: Engine } = {
        claim: new EngineStatefulSet(program, 'claim', { ...props, cache: claim }),
        'host-path': new EngineDaemonSet(program, 'host-path', props),
        'empty-dir': new EngineDeployment(program, 'empty-dir', { ...props, cache: CacheVolume.emptyDir() }),
        'fs-group': new EngineStatefulSet(program, 'fs-group', {
          ...props,
          cache: claim,
          security: { fsGroup: 1001 },
          acceptRisks: [accept(EngineRisk.GROUP_IN_IMAGES)],
        }),
      };
      for (const [name, engine] of Object.entries(engines)) {
        const transport = name === 'host-path' ? Transport.unix() : Transport.tcp();
        clientPod(program, `${name}-client`, engine, { transport });
      }
      await apply(cluster(), program);

      const digests: { [name: string]: string } = {};
      const setgid: { [name: string]: string[] } = {};
      for (const [name, engine] of Object.entries(engines)) {
        await expectReady(cluster(), engine);
        const client = await runningClient(cluster(), namespace, `${name}-client`);
        const { digest, files } = await client.buildLayers(DOCKERFILE);
        digests[name] = digest;
        expect(files.length).toBeGreaterThan(3);
        setgid[name] = files.filter((file) => /^d.{5}s/.test(file));
        seen(`layers, ${name}: ${digest}; setgid: ${setgid[name].join(', ') || 'none'}`);
      }
      expect(digests['host-path']).toBe(digests.claim);
      expect(digests['empty-dir']).toBe(digests.claim);
      expect(digests['fs-group']).not.toBe(digests.claim);
      expect(setgid).toMatchObject({ claim: [], 'host-path': [], 'empty-dir': [] });
      expect(setgid['fs-group']).not.toEqual([]);
    },
  );
}
