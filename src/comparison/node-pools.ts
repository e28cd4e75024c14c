import { FindingSeverity } from '../findings/finding';
import { COMMON_LABELS } from '../kubernetes/engine-labels';
import { quantityNanos } from '../kubernetes/quantity';
import { EVICTS_CLIENTS } from '../nodes/node-pool';
import type { DescribedEngine } from '../reading/described-engine';
import type { Field } from '../reading/field';
import type { Inventory } from '../reading/inventory';
import type { ManifestObject } from '../reading/manifest-object';
import { nodePoolsOf, secondsOf } from '../reading/node-pools';
import { cachePlace } from './cache-place';
import type { Changes } from './change';
import type { ComparedObject, Comparison } from './comparison';
import { capitalized, duration, listed } from './english';
import { stopOf, stopSentences } from './workload-facts';

const NODE_POOL = 'karpenter.sh/NodePool';

/** A NodePool on both sides, and the engines that can run on its nodes before the change. */
interface ChangedPool extends Required<ComparedObject> {
  readonly engines: readonly DescribedEngine[];
}

/** Reports what changes of Karpenter's objects do to the nodes of engines. */
export function reportNodePools(comparison: Comparison, changes: Changes): void {
  const [old, current] = [comparison.before, comparison.after].map((inventory, index) =>
    usersOf(inventory, comparison, index === 0 ? 'before' : 'after'),
  );
  for (const { after, before } of comparison.objects) {
    if (before?.type !== NODE_POOL) {
      continue;
    }
    const engines = old!.get(before) ?? [];
    const isOurs = Object.entries(COMMON_LABELS).every(
      ([label, value]) => before.root.at('metadata', 'labels').texts[label] === value,
    );
    if (engines.length === 0 && !isOurs) {
      // No engine runs on these nodes.
    } else if (after === undefined) {
      changes.add('nodes-removed', ['before', before.root], {
        effect: `Karpenter removes the nodes of NodePool ${before.name}`,
        reasons: [
          'The NodePool is removed from the manifests. Tools that prune delete it, and its nodes with it.',
          ...lossesOf(engines),
        ],
      });
    } else {
      const pool = { before, after, engines };
      reportDrift(pool, comparison, changes);
      reportGrace(pool, current!.get(after) ?? [], changes);
      reportConsolidation(pool, changes);
      reportLimits(pool, changes);
    }
  }
  reportWithoutPool(comparison, changes);
}

/** Returns the engines that can run on the nodes of each NodePool. */
function usersOf(
  inventory: Inventory,
  { engines }: Comparison,
  side: 'after' | 'before',
): Map<ManifestObject, DescribedEngine[]> {
  const users = new Map<ManifestObject, DescribedEngine[]>();
  if (inventory.of(NODE_POOL, undefined).length > 0) {
    for (const engine of engines.map((one) => one[side]).filter((one) => one !== undefined)) {
      for (const { object } of nodePoolsOf(engine)) {
        users.set(object, [...(users.get(object) ?? []), engine]);
      }
    }
  }
  return users;
}

/** Returns sentences about the caches and builds of engines whose nodes are removed. */
function lossesOf(engines: readonly DescribedEngine[]): string[] {
  const sentences = engines.flatMap((engine) => {
    const { isPersistent, nodePath, text } = cachePlace(engine);
    const { kind, name } = engine.object;
    return [
      ...(isPersistent && nodePath === undefined
        ? []
        : [`The cache of ${kind} ${name} is in ${text}, and is lost with the node.`]),
      ...stopSentences(engine),
    ];
  });
  return [...new Set(sentences)];
}

/** Whether an engine has its cache on a disk of the node. */
function isOnNode(engine: DescribedEngine): boolean {
  return cachePlace(engine).nodePath !== undefined;
}

/** The fields that Karpenter compares with each node, rather than with the hash of the object. */
const DYNAMIC = [
  'amiSelectorTerms',
  'capacityReservationSelectorTerms',
  'requirements',
  'securityGroupSelectorTerms',
  'subnetSelectorTerms',
];

/**
 * Reports changes that let nodes drift, so that Karpenter replaces them: the template of the NodePool, and the node
 * class (kubernetes-sigs/karpenter pkg/apis/v1/nodepool.go:336, aws/karpenter-provider-aws
 * pkg/apis/v1/ec2nodeclass.go:597, pkg/cloudprovider/drift.go@v1.14.1).
 */
function reportDrift({ after, before, engines }: ChangedPool, comparison: Comparison, changes: Changes): void {
  const [from, to] = [before, after].map(({ root }) => root.at('spec', 'template'));
  const inPool = [
    ...changedKeys(from!.at('metadata'), to!.at('metadata')),
    ...changedKeys(from!.at('spec'), to!.at('spec')),
  ];
  const [oldClass, newClass] = [classOf(before, comparison.before), classOf(after, comparison.after)];
  const isSameClass = oldClass !== undefined && newClass !== undefined && oldClass.name === newClass.name;
  const inClass = isSameClass ? changedKeys(oldClass.root.at('spec'), newClass.root.at('spec')) : [];
  const fields = [...inPool, ...inClass];
  if (fields.length > 0) {
    const place = inPool.length > 0 ? to! : newClass!.root.at('spec', inClass[0]!);
    const where = [
      ...(inPool.length > 0 ? [`${listed(inPool)} in the template of the NodePool`] : []),
      ...(inClass.length > 0 ? [`${listed(inClass)} of ${newClass!.kind} ${newClass!.name}`] : []),
    ];
    changes.add('nodes-replaced', ['after', place], {
      effect: `Karpenter replaces the nodes of NodePool ${after.name}`,
      reasons: [
        `The change affects ${listed(where)}. ${
          fields.every((field) => DYNAMIC.includes(field))
            ? 'Nodes that no longer match have drifted.'
            : 'All existing nodes have drifted.'
        }`,
        ...lossesOf(engines),
      ],
      severity: engines.some(isOnNode) ? FindingSeverity.ERROR : FindingSeverity.WARNING,
    });
  }
  if (oldClass !== undefined && newClass === undefined) {
    changes.add('nodes-removed', ['before', oldClass.root], {
      effect: `Karpenter creates no more nodes for NodePool ${after.name}`,
      reasons: [`${oldClass.kind} ${oldClass.name} is removed from the manifests.`],
    });
  }
}

/** Returns the node class of a NodePool, if the manifests contain it. */
function classOf({ root }: ManifestObject, inventory: Inventory): ManifestObject | undefined {
  const { group, kind, name } = root.at('spec', 'template', 'spec', 'nodeClassRef').texts;
  return inventory.named(`${group}/${kind}`, undefined, name);
}

/** Karpenter's defaults. */
const DEFAULTS: { readonly [key: string]: string } = { expireAfter: '720h' };

/** Returns the keys of two maps whose values differ. Karpenter ignores the order of lists. */
function changedKeys(from: Field, to: Field): string[] {
  const keys = [...new Set([...from.entries, ...to.entries].map(([key]) => key))];
  return keys.filter((key) => {
    const [old, current] = [from, to].map((field) => canonical(field.at(key).value ?? DEFAULTS[key]));
    return old !== current;
  });
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).sort().join()}]`;
  }
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, inner]) => `${key}:${canonical(inner)}`)
      .sort()
      .join()}}`;
  }
  return String(secondsOf(String(value)) ?? JSON.stringify(value));
}

/** Reports a limit on the time that pods have to stop. */
function reportGrace({ after, before }: ChangedPool, engines: readonly DescribedEngine[], changes: Changes): void {
  const [old, current] = [before, after].map(({ root }) =>
    root.at('spec', 'template', 'spec', 'terminationGracePeriod'),
  );
  const [from, to] = [old, current].map((field) => secondsOf(field!.text));
  if (to === undefined || to >= (from ?? Infinity)) {
    return;
  }
  const short = engines.filter((engine) => stopOf(engine).graceSeconds > to);
  changes.add('nodes-changed', ['after', current!], {
    effect: `Karpenter removes a node of NodePool ${after.name} after at most ${duration(to)}${from === undefined ? '' : ` instead of ${duration(from)}`}`,
    reasons: [
      'terminationGracePeriod is shorter. It also ends the builds of clients that Karpenter does not disrupt.',
      ...short.map(
        (engine) =>
          `${engine.object.kind} ${engine.object.name} needs up to ${duration(stopOf(engine).graceSeconds)} to stop. Karpenter kills it before, so it cuts builds and can't save its cache.`,
      ),
    ],
    severity: short.length > 0 ? FindingSeverity.ERROR : FindingSeverity.WARNING,
  });
}

/** Reports rules that let Karpenter remove more nodes, or remove them sooner. */
function reportConsolidation({ after, before, engines }: ChangedPool, changes: Changes): void {
  const [old, current] = [before, after].map(({ root }) => root.at('spec', 'disruption'));
  const [from, to] = [old!, current!].map((disruption) => ({
    whenEmpty: (disruption.at('consolidationPolicy').text ?? 'WhenEmptyOrUnderutilized') === 'WhenEmpty',
    never: disruption.at('consolidateAfter').text === 'Never',
    seconds: secondsOf(disruption.at('consolidateAfter').text ?? '0s'),
    budgets: canonical(disruption.at('budgets').value ?? [{ nodes: '10%' }]),
  }));
  const lost = lossesOf(engines.filter((engine) => !cachePlace(engine).isPersistent || isOnNode(engine))).slice(0, 1);
  if (from!.whenEmpty && !to!.whenEmpty) {
    changes.add('nodes-changed', ['after', current!.at('consolidationPolicy')], {
      effect: `Karpenter also removes nodes of NodePool ${after.name} that are in use`,
      reasons: [`${capitalized(EVICTS_CLIENTS)}.`, ...lost],
    });
  }
  if (!to!.never && to!.seconds !== undefined && (from!.never || to!.seconds < (from!.seconds ?? 0))) {
    changes.add('nodes-changed', ['after', current!.at('consolidateAfter')], {
      effect: `Karpenter removes idle nodes of NodePool ${after.name} after ${duration(to!.seconds)}${from!.never ? '' : ` instead of ${duration(from!.seconds!)}`}`,
      reasons: lost,
    });
  }
  if (from!.budgets !== to!.budgets) {
    changes.add('nodes-changed', ['after', current!.at('budgets')], {
      effect: `Karpenter limits the removal of nodes of NodePool ${after.name} differently`,
      reasons: ['budgets changes. It sets the number of nodes that Karpenter removes at the same time.'],
    });
  }
}

/** Reports limits on the resources of all nodes together. */
function reportLimits({ after, before }: ChangedPool, changes: Changes): void {
  const [old, current] = [before, after].map(({ root }) => root.at('spec', 'limits'));
  const amount = (limits: Field, name: string): string | undefined => {
    const { value } = limits.at(name);
    return value === undefined ? undefined : String(value);
  };
  const changed = [...new Set([...old!.entries, ...current!.entries].map(([name]) => name))].flatMap((name) => {
    const [from, to] = [amount(old!, name), amount(current!, name)];
    const [fromNanos, toNanos] = [from, to].map((text) => (text === undefined ? undefined : quantityNanos(text)));
    const text = `${to ?? 'unlimited'} ${name} instead of ${from ?? 'unlimited'}`;
    const isHigher = toNanos === undefined || (fromNanos !== undefined && toNanos > fromNanos);
    return fromNanos === toNanos ? [] : [{ isHigher, text }];
  });
  const [higher, lower] = [true, false].map((is) => changed.filter(({ isHigher }) => isHigher === is));
  if (higher!.length > 0) {
    changes.add('higher-cost', ['after', current!], {
      effect: `The nodes of NodePool ${after.name} can have up to ${listed(higher!.map(({ text }) => text))}`,
    });
  }
  if (lower!.length > 0) {
    changes.add('nodes-changed', ['after', current!], {
      effect: `The nodes of NodePool ${after.name} can have only ${listed(lower!.map(({ text }) => text))}`,
      reasons: ['Existing nodes stay. Above the limits, new pods stay Pending.'],
    });
  }
}

/** Reports engines that fit no NodePool any more. */
function reportWithoutPool({ engines }: Comparison, changes: Changes): void {
  for (const { after, before } of engines) {
    if (
      before !== undefined &&
      after !== undefined &&
      nodePoolsOf(before).length > 0 &&
      nodePoolsOf(after).length === 0
    ) {
      const { kind, name } = after.object;
      changes.add('nodes-removed', ['after', after.spec], {
        effect: `No NodePool in the manifests creates nodes for ${kind} ${name}`,
        reasons: ['Its node selector and tolerations fit none. Without other nodes, its pods cannot start.'],
      });
    }
  }
}
