import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Drain, EngineJson, EngineToml, LogLevel, PodManagementPolicy } from '../../src/index';
import { compareManifests } from '../../src/comparison/compare';
import { CASES, UNAPPLIED_CASES, edited, manifests, seeded, type KubernetesObject } from './cases';

/** Returns the statements about a change: the severity, the name, the effect, the reasons and the commands. */
function statements(before: readonly KubernetesObject[], after: readonly KubernetesObject[]): string[] {
  return compareManifests(before, after).map(({ commands, effect, name, reasons, severity }) =>
    [`${severity} ${name}: ${effect}.`, ...reasons, ...commands.map((command) => `$ ${command}`)].join('\n'),
  );
}

function ofCase(title: string): string[] {
  const { after, before } = [...CASES, ...UNAPPLIED_CASES].find((one) => one.title === title)!;
  return statements(before, after);
}

test('reports the restart of a pool, with the drain of the old pods', () => {
  expect(ofCase('StatefulSet: a shorter drain')).toEqual([
    `\
info restart: 3 engines restart, one at a time, from pool-2 to pool-0.
The pod template changes: lifecycle of container dagger-engine and terminationGracePeriodSeconds.
Each engine waits up to 20 min for its clients before it stops. Builds that take longer are cut.
A healthy update takes at most 2 h 3 min 45 s, of which up to 1 h are waits for clients. Idle engines stop within a minute.
$ kubectl rollout status statefulset/pool --namespace ci --timeout=7425s`,
    `\
info cache-kept: The engines keep their cache.
It stays in claims cache-pool-0 to cache-pool-2, and the cache schema stays 16.`,
  ]);
});

test('reports a release that deletes the cache', () => {
  expect(ofCase('StatefulSet: a release with another cache schema')[0]).toBe(`\
error cache-wiped: The engines delete their cache when v1.0.0-beta.10 starts.
The cache schema changes from 16 (v0.21.7) to 17 (v1.0.0-beta.10), and an engine deletes a cache with another schema.
The first builds are slow. A rollback deletes the new cache, too.`);
});

test('reports a release whose cache schema is not confirmed', () => {
  expect(ofCase('StatefulSet: a release whose cache schema is not confirmed')[0]).toBe(`\
warning cache-at-risk: The engines may delete their cache when they restart.
The cache schema of v0.21.11 isn't confirmed. It is 16 up to v0.21.8, and may differ.
Start one engine of the new release first, and check that it keeps its cache.`);
});

test('shows no cache schema that is not confirmed', () => {
  const [before, after] = [{}, { podLabels: { team: 'ci' } }].map((props) =>
    manifests('EngineStatefulSet', { version: 'v0.21.11', ...props }),
  );
  expect(statements(before!, after!)[1]).toBe(`\
info cache-kept: The engines keep their cache.
It stays in claims cache-pool-0 to cache-pool-2.`);
});

test('reports a downgrade', () => {
  expect(ofCase('StatefulSet: an older release with the same cache schema')[0]).toBe(`\
warning downgrade: The engines run an older release: v0.21.3 instead of v0.21.8.
v0.21.8 may have written cache entries that v0.21.3 can't use. Builds that need such an entry fail until you delete the cache or return to v0.21.8.
An older release lacks later fixes. If the downgrade is planned, ignore this effect with a reason.`);
});

test('reports no unusable cache entries for a downgrade that deletes the cache', () => {
  const [before, after] = ['v1.0.0-beta.10', 'v0.21.8'].map((version) => manifests('EngineStatefulSet', { version }));
  expect(statements(before!, after!)[1]).toBe(`\
warning downgrade: The engines run an older release: v0.21.8 instead of v1.0.0-beta.10.
An older release lacks later fixes. If the downgrade is planned, ignore this effect with a reason.`);
});

test('reports the order in which the pods of a StatefulSet stop', () => {
  const reasons = (podManagementPolicy: PodManagementPolicy): string[] => {
    const [before, after] = [3, 1].map((replicas) =>
      manifests('EngineStatefulSet', { replicas, podManagementPolicy, drain: Drain.none() }),
    );
    return statements(before!, after!).filter((text) => text.includes('scale-in'));
  };
  expect(reasons(PodManagementPolicy.PARALLEL)).toEqual([
    `\
warning scale-in: 2 engines stop: pool-2 to pool-1.
The number of engines changes from 3 to 1.
They stop at the same time.
The old pods have no drain, so running builds are cut at once.`,
  ]);
  expect(reasons(PodManagementPolicy.ORDERED_READY)[0]).toContain('They stop one at a time.');
});

test('reports the caches of added engines', () => {
  expect(ofCase('StatefulSet: more engines')[0]).toBe(`\
info engines-added: 2 engines start: pool-3 to pool-4.
The number of engines changes from 3 to 5.
The caches are in claims cache-pool-3 to cache-pool-4. They are empty, unless earlier engines left their volumes.`);
  expect(ofCase('Deployment: more engines without volumes')[0]).toBe(`\
info engines-added: 1 engine starts with an empty cache.
The number of engines changes from 1 to 2.
Each cache is in the pod's emptyDir.`);
  expect(ofCase('StatefulSet: engines again after zero')[0]).toBe(`\
info engines-added: 2 engines start: pool-0 to pool-1.
The number of engines changes from 0 to 2.
The caches are in claims cache-pool-0 to cache-pool-1. They are empty, unless earlier engines left their volumes.`);
  expect(ofCase('StatefulSet: a higher limit of the autoscaler')).toEqual([
    `\
info higher-cost: The autoscaler can run up to 6 engines instead of 3.
An engine that it adds starts with an empty cache, unless an earlier engine left its volume.`,
  ]);
});

test('rounds amounts to two decimal places', () => {
  const [before, after] = ['40.154', '40.156'].map((cpu) =>
    manifests('EngineDaemonSet', { resources: { requests: { cpu, memory: '8Gi' } } }),
  );
  expect(statements(before!, after!)[2]).toBe(
    'info higher-cost: DaemonSet pool requests 40.16 CPU instead of 40.15 on each node.',
  );
});

test('reports no lost names of engines that stop', () => {
  expect(ofCase('StatefulSet: fewer engines behind TLS').map((text) => text.split(':')[0])).toEqual([
    'info cache-orphaned',
    'info scale-in',
  ]);
});

test('reports that engines without a drain lose their cache', () => {
  expect(ofCase('StatefulSet: a change without a drain')[0]).toBe(`\
warning cache-at-risk: Engines with connected clients lose their cache when they restart.
The old pods have no drain. While a client is connected, v0.21.7 doesn't exit. Kubernetes kills it after 10 min, and the next engine deletes the cache.
Restart the engines at a quiet time. Drain.untilIdle() prevents the loss at the next restart.`);
});

test('reports lower limits of garbage collection in engine.toml', () => {
  expect(ofCase('StatefulSet: lower limits in engine.toml')[0]).toBe(`\
warning cache-limit-lowered: Garbage collection deletes more: the cache uses at most 40GiB instead of 80GiB.
maxUsedSpace of the last policy in the configuration changes. The engines apply it after they restart.`);
  expect(ofCase('StatefulSet: a lower limit in the engine.toml of an old release')[0]).toContain(
    'gckeepstorage of the last policy in the configuration changes.',
  );
});

test('reports limits of engine.json, which take precedence over engine.toml', () => {
  const limits = (toml: number, json: number): KubernetesObject[] =>
    edited(
      manifests('EngineStatefulSet', {
        engineJson: EngineJson.of({ logLevel: LogLevel.INFO }),
        engineToml: EngineToml.of({}),
      }),
      'ConfigMap',
      ({ data }) => {
        data['engine.json'] = JSON.stringify({ gc: { maxUsedSpace: `${json}GB` } });
        data['engine.toml'] = `[worker.oci]\nmaxUsedSpace = "${toml}GB"`;
      },
    );
  const names = (before: KubernetesObject[], after: KubernetesObject[]): string[] =>
    compareManifests(before, after).map(({ name }) => name);
  expect(names(limits(80, 40), limits(40, 40))).not.toContain('cache-limit-lowered');
  expect(names(limits(40, 80), limits(40, 40))).toContain('cache-limit-lowered');
});

test('reports a volume that an earlier engine may have used', () => {
  expect(ofCase('DaemonSet: another directory of the node')[0]).toBe(`\
error cache-moved: The engines leave their cache, and use another volume.
The cache moves from directory /var/lib/dagger-ci_pool on each node to directory /mnt/nvme on each node.
The new volume is empty, unless an earlier engine used it.`);
});

test('shows how to grow the claims of a pool', () => {
  expect(ofCase('StatefulSet: larger claims')[0]).toBe(`\
error rejected-update: The API server rejects the new spec.volumeClaimTemplates, and applies nothing of this StatefulSet.
Claim templates are immutable. Recreate the StatefulSet: with --cascade=orphan, its pods and claims stay.
Existing claims grow only if you patch them and their StorageClass allows expansion.
Delete the StatefulSet after all claims have their new capacity: garbage collection limits for a larger disk let a smaller one fill up.
$ kubectl get persistentvolumeclaim --namespace ci --output name | grep -E '/cache-pool-[0-9]+$' | xargs -I % kubectl patch % --namespace ci --type merge --patch '{"spec":{"resources":{"requests":{"storage":"200Gi"}}}}'
$ kubectl delete statefulset/pool --namespace ci --cascade=orphan
$ kubectl apply --server-side --filename FILE`);
});

test('the command grows all claims of the template, also without a number of pods, and no others', () => {
  const pool = (gibibytes: number): KubernetesObject[] =>
    edited(manifests('EngineStatefulSet', {}), 'StatefulSet', (object) => {
      object.metadata.name = 'pool.a';
      delete object.spec.replicas;
      object.spec.volumeClaimTemplates[0].spec.resources.requests.storage = `${gibibytes}Gi`;
    });
  const { commands } = compareManifests(pool(100), pool(200)).find(({ name }) => name === 'rejected-update')!;
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
  try {
    // A stand-in for kubectl that lists claims, and prints its arguments instead of patching.
    const names = [
      'cache-pool.a-0',
      'cache-pool.a-11',
      'cache-poolxa-0',
      'cache-pool.a-b-0',
      'old-cache-pool.a-0',
      'tmp-pool.a-0',
    ];
    const script = [
      '#!/bin/sh',
      'if [ "$1" = get ]; then',
      ...names.map((name) => `echo persistentvolumeclaim/${name}`),
      'else echo "$*"; fi',
    ];
    writeFileSync(join(folder, 'kubectl'), script.join('\n'), { mode: 0o755 });
    const env = { PATH: [folder, process.env.PATH].join(delimiter) };
    expect(spawnSync('sh', ['-c', commands[0]!], { env, encoding: 'utf8' }).stdout.trim().split('\n')).toEqual(
      [0, 11].map(
        (ordinal) =>
          `patch persistentvolumeclaim/cache-pool.a-${ordinal} --namespace ci --type merge --patch {"spec":{"resources":{"requests":{"storage":"200Gi"}}}}`,
      ),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('reports a configuration that no pod reads', () => {
  expect(ofCase('ConfigMap: another configuration without a checksum')).toEqual([
    `\
warning config-not-applied: The engines keep the old engine.json until they restart.
ConfigMap pool-config changes, but the pod template of StatefulSet pool doesn't, so no pod restarts.
$ kubectl rollout restart statefulset/pool --namespace ci`,
  ]);
});

test('reports that the API server resets removed replicas', () => {
  expect(ofCase('StatefulSet: replicas for an autoscaler')[0]).toBe(`\
warning scale-in: 2 engines stop at once, because the API server resets replicas to 1.
The manifest no longer contains replicas.
If you want one engine, write replicas: 1. If an autoscaler sets the number, hand the field over first.
$ kubectl apply edit-last-applied statefulset/pool --namespace ci  # delete the line with replicas`);
});

test('reports clients that get access', () => {
  expect(ofCase('StatefulSet: a port without TLS')[0]).toBe(`\
warning access-gained: Port 1234 accepts clients over plain TCP.
Network policy pool restricts who can connect.
A client of an engine can do everything that root can do on the node.`);
  expect(ofCase('NetworkPolicy: a rule for every source')).toEqual([
    'error access-gained: Clients can connect from every source on port 1234.',
  ]);
  expect(ofCase('Role: another permission')).toEqual([
    `\
warning access-gained: ServiceAccount ci/runner gets the permission to create pods/exec named pool-0 in namespace ci.
A subject that can run commands in the pod of an engine can do everything that root can do on its node.`,
  ]);
});

test('reports a release whose clients cannot use TLS of the engine', () => {
  const [before, after] = ['v0.21.3', 'v0.21.8'].map((version) =>
    edited(manifests('EngineStatefulSet', { version }), 'StatefulSet', ({ spec }) => {
      spec.template.spec.containers[0].args.push(
        '--addr=tcp://0.0.0.0:8443',
        '--tlscert=/tls.crt',
        '--tlskey=/tls.key',
      );
    }),
  );
  expect(statements(before!, after!)[0]).toBe(`\
error clients-cut-off: No client can connect over TLS.
The engine serves TLS itself. Clients of v0.21.8 can't connect to it, although the pods become ready. Serve TLS with a sidecar.`);
});

test('compares an object from a cluster with its manifest', () => {
  const pool = manifests('EngineStatefulSet', {});
  const live = edited(pool, 'StatefulSet', (object) => {
    object.metadata = {
      ...object.metadata,
      uid: '0b0e1dd8',
      generation: 3,
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    };
    object.spec.revisionHistoryLimit = 10;
    object.spec.template.metadata.annotations['kubectl.kubernetes.io/restartedAt'] = '2026-11-27T12:00:00Z';
    object.spec.template.spec.dnsPolicy = 'ClusterFirst';
    object.status = { replicas: 3 };
  });
  expect(statements(live, pool)).toEqual([]);
});

test('pairs an object without a namespace with the same object in a namespace', () => {
  const pool = manifests('EngineStatefulSet', {});
  const withoutNamespace = pool.map(({ metadata: { namespace: _, ...metadata }, ...object }) => ({
    ...object,
    metadata,
  }));
  expect(statements(withoutNamespace, pool)).toEqual([]);
});

test('shows no values of variables', () => {
  const [before, after] = ['hunter2-old', 'hunter2-new'].map((value) =>
    edited(manifests('EngineStatefulSet', {}), 'StatefulSet', ({ spec }) => {
      spec.template.spec.containers[0].env = [{ name: 'PASSWORD', value }];
    }),
  );
  const all = statements(before!, after!).join('\n');
  expect(all).toContain('The pod template changes: variable PASSWORD of container dagger-engine.');
  expect(all).not.toContain('hunter2');
});

test.each([1, 2])('reports the claims that remain of a removed StatefulSet with %i engines', (replicas) => {
  const names = ['cache-pool-0', 'cache-pool-1'].slice(0, replicas);
  expect(statements(manifests('EngineStatefulSet', { replicas }), [])[0]).toBe(`\
warning cache-orphaned: The old cache remains in ${replicas === 1 ? 'claim' : 'claims'} ${names.join(' to ')}.
The claims keep their disks, which cost money, until you delete them.
$ kubectl delete persistentvolumeclaim ${names.join(' ')} --namespace ci`);
});

test('reports a removed claim of a removed engine once', () => {
  const { before } = CASES.find(({ title }) => title === 'Deployment: a removed claim')!;
  const names = compareManifests(before, []).map(({ name }) => name);
  expect(names).toContain('cache-deleted');
  expect(names).not.toContain('cache-orphaned');
});

describe('seeds', () => {
  test('reports that new pods are copied from the seed', () => {
    const all = statements(seeded('v0.21.8'), seeded('v0.21.8', undefined, { team: 'ci' }));
    expect(all.find((text) => text.includes('cache-'))).toBe(`\
info cache-lost: New pods start with a copy of VolumeSnapshot seed-schema-16.
The cache is in the pod's own claim, which is deleted with the pod. Entries that the snapshot lacks are lost.`);
  });

  test('reports that new pods wait for the snapshot of another schema', () => {
    const all = statements(seeded('v0.21.8'), seeded('v1.0.0-beta.10'));
    expect(all).toContain(`\
warning cache-lost: New pods start with a copy of VolumeSnapshot seed-schema-17.
The cache is in the pod's own claim, which is deleted with the pod. Entries that the snapshot lacks are lost.
If seed-schema-17 doesn't exist, new pods stay Pending until the job of the seed has run.
$ kubectl create job seed-snapshot-now --from cronjob/seed-snapshot --namespace ci`);
    expect(all).toContain(`\
info cache-orphaned: VolumeSnapshot seed-schema-16 remains.
The job now writes seed-schema-17, which doesn't exist until the job has run.
seed-schema-16 costs money until you delete it. Keep it until no engine uses it.
$ kubectl create job seed-snapshot-now --from cronjob/seed-snapshot --namespace ci
$ kubectl delete volumesnapshot seed-schema-16 --namespace ci`);
  });

  test('reports the snapshots and the claim that remain of a removed seed', () => {
    const snapshots = (text: string): boolean => text.includes('VolumeSnapshots');
    const all = statements(seeded('v0.21.8'), []);
    expect(all.filter(snapshots)).toEqual([
      `\
warning cache-orphaned: The VolumeSnapshots of seed seed remain.
The job created them, so they aren't in the manifests, and no tool deletes them. They cost money until you delete them.
$ kubectl delete volumesnapshots --selector cdk8s-dagger.github.io/seed=seed --namespace ci`,
    ]);
    expect(all.join('\n')).toContain('The old cache remains in claim cache-seed-0.');
    expect(statements(seeded('v0.21.8'), seeded('v0.21.8', ['engines'])).filter(snapshots)[0]).toContain(`\
New engines are still copied from seed-schema-16, so keep it.
$ kubectl delete volumesnapshots --selector cdk8s-dagger.github.io/seed=seed,cdk8s-dagger.github.io/published=false --namespace ci`);
  });

  test('reports that added engines are copied from the seed', () => {
    expect(statements(seeded('v0.21.8', ['seed']), seeded('v0.21.8'))[0]).toBe(`\
info engines-added: Deployment engines starts 1 engine.
The cache is in the pod's own claim. A new volume is a copy of VolumeSnapshot seed-schema-16.`);
  });
});

describe('drained members', () => {
  test('reports no drain of a removed workload without engines', () => {
    expect(statements(manifests('EngineStatefulSet', { replicas: 0 }), [])[1]).toBe(`\
warning engines-removed: StatefulSet pool is removed.
It has no engines, so no build is cut.`);
  });

  test('reports that the engines of a returning DaemonSet start', () => {
    const nodes = manifests('EngineDaemonSet', {});
    const drained = edited(nodes, 'DaemonSet', ({ spec }) => {
      spec.template.spec.nodeSelector = { 'cdk8s-dagger.github.io/retired': 'true' };
    });
    expect(statements(drained, nodes)).toEqual([
      `\
info cache-kept: The engines keep their cache.
It stays in directory /var/lib/dagger-ci_pool on each node, and the cache schema stays 16.`,
      `\
info engines-added: An engine starts on each selected node.
The DaemonSet no longer selects a label that no node has.`,
    ]);
  });
});

describe('engines on other nodes', () => {
  test('reports the caches that they leave', () => {
    expect(ofCase('DaemonSet: other nodes')[0]).toBe(`\
error cache-moved: The engines start on other nodes, and leave their cache.
The pods have another nodeSelector, and the cache is in directory /var/lib/dagger-ci_pool on each node.
On another node, the directory is empty, unless an earlier engine used it.
Kubernetes never deletes directories of nodes. Delete /var/lib/dagger-ci_pool on the old nodes to free the space.`);
    expect(ofCase('DaemonSet: fewer nodes')[0]).toContain(
      'warning cache-at-risk: Engines that leave a node lose its cache.',
    );
    expect(ofCase('StatefulSet: other nodes')[0]).toBe(`\
warning cache-kept: The engines keep their cache.
It stays in claims cache-pool-0 to cache-pool-2, and the cache schema stays 16.
The pods can move to other nodes. If a volume is bound to an old node or its zone, its pod stays Pending.`);
  });

  test.each([
    ['a rule', {}, (spec: any) => (spec.affinity = nodeAffinity('a')), 'warning cache-at-risk'],
    [
      'no toleration',
      { tolerations: [{ key: 'ci', operator: 'Exists' }] },
      (spec: any) => delete spec.tolerations,
      'warning cache-at-risk',
    ],
    [
      'another toleration',
      {},
      (spec: any) => (spec.tolerations = [{ key: 'ci', operator: 'Exists' }]),
      'info cache-kept',
    ],
  ])('reports %s', (_, props, apply, expected) => {
    const before = manifests('EngineDaemonSet', props);
    const after = edited(before, 'DaemonSet', ({ spec }) => apply(spec.template.spec));
    expect(statements(before, after).some((text) => text.startsWith(`${expected}: `))).toBe(true);
  });
});

function nodeAffinity(zone: string): object {
  const matchExpressions = [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: [zone] }];
  return {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } },
  };
}

test('reports everything that a removed Namespace deletes', () => {
  expect(ofCase('Namespace: removed with its engines')).toEqual([
    `\
error cache-deleted: Namespace ci is deleted with all engines and claims in it.
The Namespace is removed from the manifests. Tools that prune delete it, and Kubernetes deletes everything in it, also claims that no manifest contains.
The disks of the claims are lost, unless their reclaim policy is Retain. Directories of nodes remain.`,
    expect.stringContaining('warning engines-removed: '),
  ]);
  expect(ofCase('Namespace: removed, but its engines remain')[0]).toContain('error cache-deleted: ');
  expect(ofCase('Namespace: removed, with an annotation against pruning')).toEqual([
    expect.stringContaining('warning cache-at-risk: Namespace ci remains only if your tool follows its annotation.'),
  ]);
});

test('reports claims that a later change deletes', () => {
  expect(ofCase('StatefulSet: claims that are deleted from now on')[0]).toBe(`\
warning cache-at-risk: From now on, Kubernetes deletes the claims of the caches when the StatefulSet is deleted.
whenDeleted changes to Delete. It applies to claims cache-pool-0 to cache-pool-2.`);
});

test('reports other limits of evictions', () => {
  expect(ofCase('PodDisruptionBudget: removed')).toEqual([
    `\
warning evictions-changed: No PodDisruptionBudget limits the evictions of the engines.
PodDisruptionBudget pool no longer selects the pods (maxUnavailable 1). A drain of several nodes can stop all engines at the same time.`,
  ]);
  expect(ofCase('PodDisruptionBudget: no eviction')[0]).toMatch(
    /^warning evictions-changed: Kubernetes rejects every eviction of the engines\.\n.*\nDrains of nodes wait until you change the budget\.$/,
  );
});

describe('permissions', () => {
  const bound = (rule: object, roleRef: object = {}): KubernetesObject[] =>
    edited(
      edited(CASES.find(({ title }) => title === 'Role: removed')!.before, 'Role', (role) => (role.rules = [rule])),
      'RoleBinding',
      (binding) => (binding.roleRef = { ...binding.roleRef, ...roleRef }),
    );
  const read = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
  const all = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };

  test('reports every permission, which includes the old ones', () => {
    expect(statements(bound(read), bound(all))).toEqual([
      `\
error access-gained: ServiceAccount ci/runner gets the permission to use every resource in every way in namespace ci.
A subject that can run commands in the pod of an engine can do everything that root can do on its node.`,
    ]);
    expect(statements(bound(all), bound(read))).toEqual([
      'warning access-lost: ServiceAccount ci/runner loses the permission to use every resource in every way in namespace ci.',
    ]);
    expect(statements(bound(read), bound(read, { kind: 'ClusterRole', name: 'cluster-admin' }))[1]).toMatch(
      /^error access-gained: .* use the ClusterRole cluster-admin in namespace ci\.\nA subject that can run commands/,
    );
  });

  test('distinguishes API groups', () => {
    expect(statements(bound(read), bound({ ...read, apiGroups: ['metrics.k8s.io'] }))).toEqual([
      'warning access-gained: ServiceAccount ci/runner gets the permission to get pods.metrics.k8s.io in namespace ci.',
      'warning access-lost: ServiceAccount ci/runner loses the permission to get pods in namespace ci.',
    ]);
    expect(statements(bound(read), bound({ ...all, apiGroups: ['apps'] }))[0]).toBe(
      'warning access-gained: ServiceAccount ci/runner gets the permission to use every resource of API group apps in every way in namespace ci.',
    );
  });
});

describe('nodes of Karpenter', () => {
  test('reports nodes that drift, with their caches', () => {
    expect(ofCase('Karpenter: another AMI')).toEqual([
      `\
error nodes-replaced: Karpenter replaces the nodes of NodePool nvme.
The change affects amiSelectorTerms of EC2NodeClass nvme. Nodes that no longer match have drifted.
The cache of DaemonSet pool is in directory /mnt/k8s-disks/0/dagger-ci_pool on each node, and is lost with the node.
Each engine waits up to 20 min for its clients before it stops. Builds that take longer are cut.`,
    ]);
    expect(ofCase('Karpenter: the same times in other units')).toEqual([]);
  });

  test('reports nodes that are removed, or removed too early', () => {
    expect(ofCase('Karpenter: a removed NodePool').map((text) => text.split('\n')[0])).toEqual([
      'error nodes-removed: Karpenter removes the nodes of NodePool nvme.',
      'error nodes-removed: No NodePool in the manifests creates nodes for DaemonSet pool.',
    ]);
    expect(ofCase('Karpenter: less time to stop')[1]).toBe(`\
error nodes-changed: Karpenter removes a node of NodePool nvme after at most 5 min instead of 1 h.
terminationGracePeriod is shorter. It also ends the builds of clients that Karpenter does not disrupt.
DaemonSet pool needs up to 26 min 15 s to stop. Karpenter kills it before, so it cuts builds and can't save its cache.`);
    expect(ofCase('Karpenter: consolidation of nodes in use')[0]).toContain(
      'Karpenter evicts the clients on a node that it can replace with a cheaper one',
    );
  });

  test('reports other limits of resources', () => {
    expect(ofCase('Karpenter: higher limits')).toEqual([
      'info higher-cost: The nodes of NodePool nvme can have up to 2000 cpu instead of 200.',
    ]);
    expect(ofCase('Karpenter: lower limits')[0]).toContain(
      'warning nodes-changed: The nodes of NodePool nvme can have only',
    );
  });
});
