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
import type { Image } from '../client-pod';
import { apply, clientPod, expectReady, runningClient, seen, SMALL } from './scenario';

/** Returns the folders with the setgid bit. Files and folders in them inherit their group. */
function setgid({ files }: Image): string[] {
  return files.filter((file) => /^d.{5}s/.test(file));
}

/** Defines a test that a build creates the same layers on each kind of cache. */
export function layers(suite: EngineSuite): void {
  const { cluster, scenario } = suite;
  const { version } = suite.engine;

  scenario(
    'a build creates the same layers on a claim, a hostPath and an emptyDir, but not with fsGroup',
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

      const images: { [name: string]: Image } = {};
      for (const [name, engine] of Object.entries(engines)) {
        await expectReady(cluster(), engine);
        images[name] = await (await runningClient(suite, namespace, `${name}-client`)).buildImage();
        expect(images[name].files.length).toBeGreaterThan(5);
        seen(`image, ${name}: ${images[name].digest}; setgid: ${setgid(images[name]).join(', ') || 'none'}`);
      }
      for (const name of ['host-path', 'empty-dir']) {
        expect(images[name].files).toEqual(images.claim.files);
        // Digests differ between builds with the Dagger CLI, which preserves file times.
        if (suite.engine.archive === undefined) {
          expect(images[name].digest).toBe(images.claim.digest);
        }
      }
      expect(setgid(images.claim)).toEqual([]);
      expect(setgid(images['fs-group'])).toContain('drwxr-sr-x 0/1001 data/');
    },
  );
}
