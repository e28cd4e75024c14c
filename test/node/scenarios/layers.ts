import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Size, type Chart } from 'cdk8s';
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
import type { ClientPod, Image } from '../client-pod';
import { apply, clientPod, expectReady, runningClient, seen, settled, SMALL } from './scenario';

/** The page with the command for existing claims. */
const PAGE = join(__dirname, '../../../docs/how-to/migrate-from-helm.md');

/** Returns the group of the root directory in a step, which an engine with `runAsGroup` changes. */
async function rootGroup(client: ClientPod): Promise<string> {
  const { stdout, stderr } = await client.step('echo root-group-$(/bin/busybox stat -c %g /)');
  return /root-group-(\d+)/.exec(stdout + stderr)?.[1] ?? `no group in ${stderr.slice(-2000)}`;
}

/** Returns the files of group 1001, the group of the socket. */
function ofSocketGroup({ files }: Image): string[] {
  return files.filter((file) => file.includes('/1001 '));
}

/** Returns the folders with the setgid bit. Files and folders in them inherit their group. */
function setgid({ files }: Image): string[] {
  return files.filter((file) => /^d.{5}s/.test(file));
}

/** Defines tests that a build creates the same layers on each kind of cache. */
export function layers(suite: EngineSuite): void {
  // Claims on kind are hostPath volumes, for which the kubelet ignores fsGroup.
  const { cluster, localScenario } = suite;
  const { version } = suite.engine;

  localScenario(
    'a build creates the same layers on a claim, an ephemeral claim, a hostPath and an emptyDir, but not with fsGroup or runAsGroup',
    async (namespace) => {
      const program = chart({ namespace });
      const props = { version, resources: SMALL, listener: Listener.insecureTcp() };
      const claim = CacheVolume.claimTemplate({ size: Size.gibibytes(2) });
      const engines: { readonly [name: string]: Engine } = {
        claim: new EngineStatefulSet(program, 'claim', { ...props, cache: claim }),
        'host-path': new EngineDaemonSet(program, 'host-path', props),
        ephemeral: new EngineDeployment(program, 'ephemeral', {
          ...props,
          cache: CacheVolume.ephemeral({ size: Size.gibibytes(2) }),
        }),
        'empty-dir': new EngineDeployment(program, 'empty-dir', { ...props, cache: CacheVolume.emptyDir() }),
        'fs-group': new EngineStatefulSet(program, 'fs-group', {
          ...props,
          cache: claim,
          security: { fsGroup: 1001 },
          acceptRisks: [accept(EngineRisk.GROUP_IN_IMAGES)],
        }),
        'run-as-group': new EngineStatefulSet(program, 'run-as-group', {
          ...props,
          cache: claim,
          security: { runAsGroup: 1001 },
          acceptRisks: [accept(EngineRisk.GROUP_IN_IMAGES)],
        }),
      };
      for (const [name, engine] of Object.entries(engines)) {
        const transport = name === 'host-path' ? Transport.unix() : Transport.tcp();
        clientPod(program, `${name}-client`, engine, { transport });
      }
      await apply(cluster(), program);

      const images: { [name: string]: Image } = {};
      const groups: { [name: string]: string } = {};
      for (const [name, engine] of Object.entries(engines)) {
        await expectReady(cluster(), engine);
        const client = await runningClient(suite, namespace, `${name}-client`);
        images[name] = await client.buildImage();
        groups[name] = await rootGroup(client);
        expect(images[name].files.length).toBeGreaterThan(5);
        seen(
          `image, ${name}: ${images[name].digest}; setgid: ${setgid(images[name]).join(', ') || 'none'}; group of /: ${groups[name]}`,
        );
      }
      for (const name of ['host-path', 'ephemeral', 'empty-dir']) {
        expect(images[name].files).toEqual(images.claim.files);
        // Digests differ between builds with the Dagger CLI, which preserves file times.
        if (suite.engine.archive === undefined) {
          expect(images[name].digest).toBe(images.claim.digest);
        }
      }
      expect(setgid(images.claim)).toEqual([]);
      expect(ofSocketGroup(images.claim)).toEqual([]);
      expect(setgid(images['fs-group'])).toContain('drwxr-sr-x 0/1001 data/');
      expect(groups).toMatchObject({ claim: '0', 'host-path': '0', ephemeral: '0', 'empty-dir': '0' });
      expect(groups['run-as-group']).toBe('1001');
    },
  );
  localScenario('a claim that had fsGroup creates the same layers after the documented command', async (namespace) => {
    const [, command] = /^kubectl exec dagger-0 --namespace ci -- (find .*)$/m.exec(readFileSync(PAGE, 'utf8'))!;
    const props = { version, resources: SMALL, listener: Listener.insecureTcp() };
    const cache = CacheVolume.claimTemplate({ size: Size.gibibytes(2) });
    const program = (hasGroup: boolean): { all: Chart; engines: Engine[] } => {
      const all = chart({ namespace });
      const engines = ['old', 'new'].map((name) => {
        const engine = new EngineStatefulSet(all, name, {
          ...props,
          cache,
          ...(name === 'old' &&
            hasGroup && { security: { fsGroup: 1001 }, acceptRisks: [accept(EngineRisk.GROUP_IN_IMAGES)] }),
        });
        clientPod(all, `${name}-client`, engine, { transport: Transport.tcp() });
        return engine;
      });
      return { all, engines };
    };
    const where = { namespace, pod: 'old-0', container: 'dagger-engine' };
    const exec = async (script: string): Promise<string> => {
      const { status, stdout, stderr } = await cluster().exec(where, ['sh', '-c', script]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return stdout;
    };
    for (const hasGroup of [true, false]) {
      const { all, engines } = program(hasGroup);
      await apply(cluster(), all);
      for (const engine of engines) {
        await settled(cluster(), engine);
      }
      // Without fsGroup, the claim keeps the bit.
      expect(await exec('ls -ld /var/lib/dagger')).toMatch(/^drwxrwsr-x/);
    }
    await exec(command);
    const [old, fresh] = [
      await (await runningClient(suite, namespace, 'old-client')).buildImage(),
      await (await runningClient(suite, namespace, 'new-client')).buildImage(),
    ];
    seen(`image after ${command}: ${old.digest}; on a new claim: ${fresh.digest}`);
    expect(old.files).toEqual(fresh.files);
    expect(setgid(old)).toEqual([]);
    expect(ofSocketGroup(old)).toEqual([]);
  });
}
