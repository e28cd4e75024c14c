import { FindingSeverity } from '../findings/finding';
import type { DescribedEngine } from '../reading/described-engine';
import { cacheEffect, CacheOutcome } from '../version/cache-after-upgrade';
import { cachePlace, claimsText, deleteClaims, type CachePlace } from './cache-place';
import { reportLimits } from './cache-limits';
import type { Changes } from './change';
import type { ComparedEngine, Comparison } from './comparison';
import { templateChanges } from './pod-template';
import { isDeletedNamespace } from './namespaces';
import { nodeChange, type NodeChange } from './node-choice';
import { pendingSentence, takeSnapshot } from './seeds';
import {
  firstOrdinal,
  hasNoPods,
  maySufferFromKill,
  namespaceOption,
  podCount,
  releaseName,
  releaseOf,
  stopOf,
} from './workload-facts';
import { duration, listed } from './english';

/** Reports caches that are kept, deleted, moved or left behind. */
export function reportCaches(comparison: Comparison, changes: Changes): void {
  for (const { after, before } of comparison.engines) {
    if (before !== undefined && after !== undefined) {
      reportCache({ before, after }, changes);
      reportLimits({ before, after }, changes);
    } else if (before !== undefined) {
      reportRemoved(before, comparison, changes);
    }
  }
  reportScaledIn(comparison, changes);
  reportRemovedClaims(comparison, changes);
}

function reportCache({ after, before }: Required<ComparedEngine>, changes: Changes): void {
  const [from, to] = [cachePlace(before), cachePlace(after)];
  if (templateChanges({ before: before.object, after: after.object }).length === 0 && from.id === to.id) {
    return;
  }
  if (from.id !== to.id) {
    reportMove(from, to, { before, after }, changes);
  } else if (to.seed !== undefined && !to.isPersistent) {
    reportCopies(from, to, { before, after }, changes);
  } else if (!to.isPersistent && !hasNoPods(before)) {
    changes.add('cache-lost', ['after', to.field], {
      effect: 'The engines lose their cache when they restart',
      reasons: [`The cache is in ${to.text}, which is deleted with the pod.`],
    });
  } else if (to.isPersistent) {
    const move = nodeChange({ before, after });
    if (to.nodePath !== undefined && move?.leavesAll === true) {
      reportLeftNodes(to, move, 'cache-moved', changes);
    } else {
      reportSchema(to, { before, after }, move?.leaves === true ? move : undefined, changes);
    }
  }
}

function reportMove(
  from: CachePlace,
  to: CachePlace,
  { after, before }: Required<ComparedEngine>,
  changes: Changes,
): void {
  changes.add(from.isPersistent ? 'cache-moved' : 'cache-lost', ['after', to.field], {
    effect:
      to.seed === undefined
        ? `The engines ${to.isPersistent ? 'leave their cache, and use another volume' : 'start with an empty cache'}`
        : `The engines start with a copy of VolumeSnapshot ${to.seed}`,
    reasons: [
      `The cache moves from ${from.text} to ${to.text}.`,
      ...(from.isPersistent ? [] : ['The old volume is deleted with its pod.']),
      ...(to.seed !== undefined
        ? [pendingSentence(to.seed)]
        : to.isPersistent
          ? ['The new volume is empty, unless an earlier engine used it.']
          : []),
    ],
    commands: to.seed === undefined ? [] : takeSnapshot(after.inventory, after.object.namespace, to.seed),
  });
  if (from.isPersistent) {
    reportOrphan(from, before, changes, ['after', after.object.root]);
  }
}

/** Reports engines whose new pods are copied from a seed. */
function reportCopies(
  from: CachePlace,
  to: CachePlace,
  { after, before }: Required<ComparedEngine>,
  changes: Changes,
): void {
  const isOtherSeed = from.seed !== to.seed;
  changes.add('cache-lost', ['after', to.field], {
    effect: `New pods start with a copy of VolumeSnapshot ${to.seed}`,
    reasons: [
      ...(hasNoPods(before)
        ? []
        : [`The cache is in ${to.text}, which is deleted with the pod. Entries that the snapshot lacks are lost.`]),
      ...(isOtherSeed ? [pendingSentence(to.seed!)] : []),
    ],
    commands: isOtherSeed ? takeSnapshot(after.inventory, after.object.namespace, to.seed!) : [],
    severity: isOtherSeed ? FindingSeverity.WARNING : FindingSeverity.INFO,
  });
}

/** Reports a volume that remains without an engine. */
function reportOrphan(
  from: CachePlace,
  before: DescribedEngine,
  changes: Changes,
  place: Parameters<Changes['add']>[1],
): void {
  const isClaim = from.claims.length > 0 || from.id.startsWith('["template"');
  changes.add('cache-orphaned', place, {
    effect: `The old cache remains in ${from.text}`,
    reasons: [
      isClaim
        ? 'The claims keep their disks, which cost money, until you delete them.'
        : from.nodePath === undefined
          ? 'Delete its content when no engine needs it any more.'
          : `Kubernetes never deletes directories of nodes. Delete ${from.nodePath} on each node to free the space.`,
    ],
    commands: isClaim ? deleteClaims(from.claims, namespaceOption(before.object)) : [],
  });
}

/** Reports caches in directories of nodes that engines leave. */
function reportLeftNodes(
  { nodePath, text }: CachePlace,
  { field, texts }: NodeChange,
  name: 'cache-at-risk' | 'cache-moved',
  changes: Changes,
): void {
  changes.add(name, ['after', field], {
    effect:
      name === 'cache-moved'
        ? 'The engines start on other nodes, and leave their cache'
        : 'Engines that leave a node lose its cache',
    reasons: [
      `The pods have ${listed(texts)}, and the cache is in ${text}.`,
      'On another node, the directory is empty, unless an earlier engine used it.',
      `Kubernetes never deletes directories of nodes. Delete ${nodePath} on the old nodes to free the space.`,
    ],
  });
}

/** Reports whether the new release keeps the cache of the old one. */
function reportSchema(
  place: CachePlace,
  { after, before }: Required<ComparedEngine>,
  move: NodeChange | undefined,
  changes: Changes,
): void {
  const [from, to] = [before, after].map((engine) => ({ name: releaseName(engine), release: releaseOf(engine) }));
  const { outcome, reasons } = cacheEffect(from!, to!);
  const image = after.container.at('image');
  if (outcome === CacheOutcome.WIPED) {
    changes.add('cache-wiped', ['after', image], {
      effect: `The engines delete their cache when ${to!.name} starts`,
      reasons: [...reasons, 'The first builds are slow. A rollback deletes the new cache, too.'],
    });
    return;
  }
  if (outcome === CacheOutcome.UNCONFIRMED) {
    changes.add('cache-at-risk', ['after', image], {
      effect: 'The engines may delete their cache when they restart',
      reasons: [
        ...reasons,
        ...(to!.release === undefined
          ? []
          : ['Start one engine of the new release first, and check that it keeps its cache.']),
      ],
    });
    return;
  }
  if (maySufferFromKill(before)) {
    changes.add('cache-at-risk', ['after', place.field], {
      effect: 'Engines with connected clients lose their cache when they restart',
      reasons: [
        `The old pods have no drain. While a client is connected, ${from!.name} doesn't exit. Kubernetes kills it after ${duration(stopOf(before).graceSeconds)}, and the next engine deletes the cache.`,
        'Restart the engines at a quiet time. Drain.untilIdle() prevents the loss at the next restart.',
      ],
    });
    return;
  }
  if (place.nodePath !== undefined && move !== undefined) {
    reportLeftNodes(place, move, 'cache-at-risk', changes);
    return;
  }
  const schema = [from, to].every((one) => one!.release?._isCacheSchemaConfirmed === true)
    ? to!.release!.cacheSchema
    : undefined;
  changes.add('cache-kept', ['after', place.field], {
    effect: 'The engines keep their cache',
    reasons: [
      `It stays in ${place.text}${schema === undefined ? '' : `, and the cache schema stays ${schema}`}.`,
      ...(move === undefined
        ? []
        : [
            'The pods can move to other nodes. If a volume is bound to an old node or its zone, its pod stays Pending.',
          ]),
    ],
    severity: move === undefined ? FindingSeverity.INFO : FindingSeverity.WARNING,
  });
}

function reportRemoved(before: DescribedEngine, comparison: Comparison, changes: Changes): void {
  const place = cachePlace(before);
  const { object } = before;
  if (place.nodePath === undefined && isDeletedNamespace(comparison, object.namespace)) {
    // The statement about the Namespace covers its claims.
    return;
  }
  const retention = object.root.at('spec', 'persistentVolumeClaimRetentionPolicy', 'whenDeleted');
  if (before.mounts.cache?.template !== undefined && retention.text === 'Delete') {
    changes.add('cache-deleted', ['before', retention], {
      effect: `Kubernetes deletes ${place.text} with the StatefulSet`,
      reasons: ['The retention policy whenDeleted is Delete.'],
    });
  } else if (place.isPersistent && !isRemovedClaim(place, comparison, object.namespace)) {
    reportOrphan(place, before, changes, ['before', place.field]);
  }
}

/** Whether the claim of an engine is removed from the manifests. Claims of templates were never in them. */
function isRemovedClaim({ claims }: CachePlace, comparison: Comparison, namespace: string | undefined): boolean {
  const [before, after] = [comparison.before, comparison.after].map((inventory) =>
    inventory.named('/PersistentVolumeClaim', namespace, claims[0]),
  );
  return claims.length === 1 && before !== undefined && after === undefined;
}

/** Reports the claims of a StatefulSet that stops some of its engines. */
function reportScaledIn(comparison: Comparison, changes: Changes): void {
  for (const { after, before } of comparison.engines) {
    const template = after?.mounts.cache?.template?.at('metadata', 'name').text;
    if (before === undefined || after === undefined || template === undefined) {
      continue;
    }
    const [old, current] = [podCount(before.object, comparison.before), podCount(after.object, comparison.after)];
    const first = firstOrdinal(after.object);
    if (old === undefined || current === undefined || current >= old || first !== firstOrdinal(before.object)) {
      continue;
    }
    const claims = Array.from(
      { length: old - current },
      (_, index) => `${template}-${after.object.name}-${first + current + index}`,
    );
    const text = claimsText(claims, '');
    const retention = after.object.root.at('spec', 'persistentVolumeClaimRetentionPolicy', 'whenScaled');
    if (retention.text === 'Delete') {
      changes.add('cache-deleted', ['after', retention], {
        effect: `Kubernetes deletes ${text}`,
        reasons: ['The retention policy whenScaled is Delete, and the engines of these claims stop.'],
      });
    } else {
      changes.add('cache-orphaned', ['after', after.object.root.at('spec', 'replicas')], {
        effect: `The caches of the stopped engines remain in ${text}`,
        reasons: ['The engines use them again if there are more replicas. Until then, their disks cost money.'],
        severity: FindingSeverity.INFO,
      });
    }
  }
}

/** Reports removed claims that contain the cache of an engine. */
function reportRemovedClaims({ before, engines, objects }: Comparison, changes: Changes): void {
  const caches = new Set(
    engines
      .flatMap(({ before: engine }) =>
        engine !== undefined && engine.mounts.cache?.template === undefined ? [engine] : [],
      )
      .flatMap((engine) =>
        cachePlace(engine).claims.map((name) => before.named('/PersistentVolumeClaim', engine.object.namespace, name)),
      ),
  );
  for (const { after, before: claim } of objects) {
    if (claim !== undefined && after === undefined && caches.has(claim)) {
      changes.add('cache-deleted', ['before', claim.root], {
        effect: `The claim ${claim.name} and its cache are deleted`,
        reasons: [
          'The claim is removed from the manifests. Tools that prune delete it, and with it the disk unless its reclaim policy is Retain.',
        ],
      });
    }
  }
}
