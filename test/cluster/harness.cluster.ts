import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { Manifest } from './client';
import { ControlPlane } from './control-plane';
import { installDefinitions } from './definitions';
import { addNodes } from './nodes';
import { API_SERVER, CONTROL_PLANE } from './programs';
import { controlPlane, onKubernetes } from './suite';
import { startStorage } from './volumes';

const POD = { containers: [{ name: 'main', image: 'example.com/main:1' }] };
const PRIVILEGED_POD = { containers: [{ ...POD.containers[0], securityContext: { privileged: true } }] };

function object(apiVersion: string, kind: string, name: string, rest: object = {}, namespace?: string): Manifest {
  return { apiVersion, kind, metadata: { name, namespace }, ...rest };
}

function namespace(name: string, podSecurity: { [mode: string]: string }): Manifest {
  const labels = Object.fromEntries(
    Object.entries(podSecurity).map(([mode, level]) => [`pod-security.kubernetes.io/${mode}`, level]),
  );
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

function template(app: string, spec: object = POD): object {
  return { metadata: { labels: { app } }, spec };
}

/** Whether a process has exited. Zombies count as exited. */
function isGone(pid: number): boolean {
  return /^(Z.*)?$/.test(spawnSync('ps', ['-o', 'stat=', '-p', `${pid}`], { encoding: 'utf8' }).stdout.trim());
}

onKubernetes(API_SERVER, (version) => {
  describe('an API server', () => {
    const server = controlPlane({ version });

    test('reports its version', async () => {
      const { body } = await server().client.call('GET', '/version');
      expect(`${body.major}.${body.minor}`).toBe(version);
      expect(body.gitVersion).toMatch(new RegExp(`^v${version}\\.\\d+$`));
    });

    test("stores applied objects, which a second apply doesn't change", async () => {
      const map = object('v1', 'ConfigMap', 'applied', { data: { key: 'value' } });
      const first = await server().client.apply(map);
      const second = await server().client.apply(map);
      expect([first.created, second.created]).toEqual([true, false]);
      expect(second.object).toEqual(first.object);
      expect(await server().client.get(map)).toEqual(first.object);
    });

    test('stores nothing in a dry run', async () => {
      const map = object('v1', 'ConfigMap', 'dry-run', { data: { key: 'value' } });
      expect((await server().client.apply(map, { dryRun: true })).object).toMatchObject({ data: { key: 'value' } });
      expect(await server().client.get(map)).toBeUndefined();
    });

    test('rejects an unknown field', async () => {
      const deployment = object('apps/v1', 'Deployment', 'unknown', {
        spec: { selector: { matchLabels: { app: 'a' } }, template: template('a', { ...POD, hostname2: 'x' }) },
      });
      await expect(server().client.apply(deployment)).rejects.toThrow(
        '.spec.template.spec.hostname2: field not declared in schema',
      );
    });

    test('names invalid fields', async () => {
      const service = object('v1', 'Service', 'invalid', { spec: { ports: [{ port: 70_000 }] } });
      await expect(server().client.apply(service)).rejects.toMatchObject({
        status: 422,
        reason: 'Invalid',
        fields: expect.arrayContaining(['spec.ports[0].port']),
      });
    });

    test('reports every change to a watch whose connections break', async () => {
      const { client } = server();
      const seen: string[] = [];
      const stop = await client.watch('v1', 'ConfigMap', { namespace: 'default' }, ({ type, object: map }) => {
        if (map.metadata.name === 'watched') {
          seen.push(`${type} ${map.data.key}`);
        }
      });
      for (const key of ['0', '1', '2', '3']) {
        await client.apply(object('v1', 'ConfigMap', 'watched', { data: { key } }));
        client.close();
      }
      await client.delete(object('v1', 'ConfigMap', 'watched'));
      await server().until(() => seen.length === 5, 'five changes were seen');
      stop();
      expect(seen).toEqual(['ADDED 0', 'MODIFIED 1', 'MODIFIED 2', 'MODIFIED 3', 'DELETED 3']);
    });

    test('has Pod Security admission', async () => {
      await server().client.apply(namespace('restricted', { enforce: 'restricted' }));
      await server().client.apply(namespace('privileged', { enforce: 'privileged', warn: 'baseline' }));
      await expect(
        server().client.apply(object('v1', 'Pod', 'main', { spec: PRIVILEGED_POD }, 'restricted')),
      ).rejects.toMatchObject({ status: 403, message: expect.stringContaining('violates PodSecurity "restricted') });
      const admitted = await server().client.apply(object('v1', 'Pod', 'main', { spec: PRIVILEGED_POD }, 'privileged'));
      expect(admitted.warnings).toEqual([expect.stringContaining('would violate PodSecurity "baseline')]);
    });
  });

  test('a stopped control plane leaves no process and no file', async () => {
    const server = await ControlPlane.start({ version });
    const { pids, directory } = server;
    expect(pids.filter(isGone)).toEqual([]);
    await server.stop();
    expect(pids.filter((pid) => !isGone(pid))).toEqual([]);
    expect(existsSync(directory)).toBe(false);
  });
});

onKubernetes([...API_SERVER, 'definitions'], (version) => {
  const server = controlPlane({ version });

  test('serves the kinds of installed definitions', async () => {
    await installDefinitions(server(), 'cert-manager.io');
    const certificate = (spec: object): Manifest =>
      object('cert-manager.io/v1', 'Certificate', 'main', {
        spec: { secretName: 'main', dnsNames: ['main'], issuerRef: { name: 'ca' }, ...spec },
      });
    expect((await server().client.apply(certificate({}))).created).toBe(true);
    await expect(server().client.apply(certificate({ dnsName: 'main' }))).rejects.toThrow(
      '.spec.dnsName: field not declared in schema',
    );
  });
});

test('processes end with the one that started them, even when it is killed', async () => {
  const source = readFileSync(join(__dirname, '..', 'processes.ts'), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const parent = spawn(
    process.execPath,
    [
      '-e',
      `${outputText}
    const processes = new Processes('killed');
    processes.start('sleep', 'sleep', ['600']);
    console.log(JSON.stringify({ pids: processes.pids, directory: processes.directory }));
  `,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const { pids, directory } = JSON.parse(
    await new Promise((resolve) => parent.stdout.once('data', (line) => resolve(`${line}`))),
  );
  expect(pids.filter(isGone)).toEqual([]);
  parent.kill('SIGKILL');
  while (existsSync(directory) || !pids.every(isGone)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

onKubernetes(CONTROL_PLANE, (version) => {
  describe('a control plane with simulated nodes', () => {
    const cluster = controlPlane({ version, controllerManager: true, scheduler: true, kwok: true });
    beforeAll(async () => {
      await startStorage(cluster());
      await addNodes(cluster(), 3, { labels: { pool: 'engines' } });
      await addNodes(cluster(), 1, { name: 'other' });
    });

    test('keeps its nodes alive', async () => {
      const nodes = ['node-0', 'node-1', 'node-2', 'other-0'];
      await cluster().until(
        async () =>
          (await cluster().client.list('coordination.k8s.io/v1', 'Lease', { namespace: 'kube-node-lease' })).length ===
          nodes.length,
        'a lease of each node',
      );
      expect((await cluster().client.list('v1', 'Node')).map(({ metadata }) => metadata.name)).toEqual(nodes);
    });

    test('runs a DaemonSet on the nodes that it selects', async () => {
      const daemonSet = object('apps/v1', 'DaemonSet', 'daemon', {
        spec: {
          selector: { matchLabels: { app: 'daemon' } },
          template: template('daemon', { ...POD, nodeSelector: { pool: 'engines' } }),
        },
      });
      await cluster().client.apply(daemonSet);
      await cluster().until(
        async () => (await cluster().client.get(daemonSet)).status.numberReady === 3,
        'the DaemonSet to be ready',
      );
      const pods = await cluster().client.list('v1', 'Pod', { namespace: 'default', labelSelector: 'app=daemon' });
      expect(pods.map(({ spec, status }) => [spec.nodeName, status.phase]).sort()).toEqual([
        ['node-0', 'Running'],
        ['node-1', 'Running'],
        ['node-2', 'Running'],
      ]);
    });

    test('binds the claims of a StatefulSet, evicts within the disruption budget, and deletes the volume of a deleted claim', async () => {
      const volumes: { [claim: string]: string } = {};
      const stopWatching = await cluster().client.watch(
        'v1',
        'PersistentVolume',
        {},
        ({ type, object: { spec, status } }) => {
          volumes[spec.claimRef.name] = type === 'DELETED' ? 'Deleted' : status.phase;
        },
      );
      const statefulSet = object('apps/v1', 'StatefulSet', 'stateful', {
        spec: {
          replicas: 2,
          serviceName: 'stateful',
          selector: { matchLabels: { app: 'stateful' } },
          template: template('stateful'),
          persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' },
          volumeClaimTemplates: [
            {
              metadata: { name: 'data' },
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
            },
          ],
        },
      });
      await cluster().client.apply(statefulSet);
      await cluster().client.apply(
        object('policy/v1', 'PodDisruptionBudget', 'stateful', {
          spec: { minAvailable: 2, selector: { matchLabels: { app: 'stateful' } } },
        }),
      );
      await cluster().until(
        async () => (await cluster().client.get(statefulSet)).status.readyReplicas === 2,
        'the StatefulSet to be ready',
      );
      expect(volumes).toEqual({ 'data-stateful-0': 'Bound', 'data-stateful-1': 'Bound' });

      const pod = object('v1', 'Pod', 'stateful-0');
      await expect(cluster().client.evict(pod)).rejects.toMatchObject({ status: 429, reason: 'TooManyRequests' });
      await cluster().client.delete(object('policy/v1', 'PodDisruptionBudget', 'stateful'));
      const { uid } = (await cluster().client.get(pod)).metadata;
      await cluster().client.evict(pod);
      await cluster().until(async () => {
        const replaced = await cluster().client.get(pod);
        return replaced !== undefined && replaced.metadata.uid !== uid && replaced.status.phase === 'Running';
      }, 'the evicted pod to be replaced');

      await cluster().client.scale(statefulSet, 1);
      await cluster().until(
        () => volumes['data-stateful-1'] === 'Deleted',
        'the volume of the replica that is gone to be deleted',
      );
      await cluster().client.delete(statefulSet, 'Foreground');
      await cluster().until(
        async () => (await cluster().client.get(statefulSet)) === undefined,
        'the StatefulSet to be deleted',
      );
      expect(volumes).toEqual({ 'data-stateful-0': 'Bound', 'data-stateful-1': 'Deleted' });
      stopWatching();
    });
  });
});
