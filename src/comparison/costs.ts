import { quantityNanos } from '../kubernetes/quantity';
import { autoscalerOf } from '../reading/autoscaler';
import type { DescribedEngine } from '../reading/described-engine';
import { claimTemplates } from '../reading/engine-mounts';
import type { Field } from '../reading/field';
import type { Changes } from './change';
import type { ComparedEngine, Comparison } from './comparison';
import { listed } from './english';
import { podCount } from './workload-facts';

/** Reports higher requests, larger disks, and more engines. */
export function reportCosts(comparison: Comparison, changes: Changes): void {
  for (const { after, before } of comparison.engines) {
    if (before !== undefined && after !== undefined) {
      reportWorkload({ before, after }, changes);
    }
  }
  reportClaims(comparison, changes);
}

const NANOS = 1_000_000_000n;
const UNITS = [
  ['Ti', 2n ** 40n],
  ['Gi', 2n ** 30n],
  ['Mi', 2n ** 20n],
  ['Ki', 2n ** 10n],
] as const;

/** Amounts of resources in billionths, by name. */
type Amounts = { readonly [resource: string]: bigint };

function reportWorkload({ after, before }: Required<ComparedEngine>, changes: Changes): void {
  const [from, to] = [podCount(before.object, before.inventory), podCount(after.object, after.inventory)];
  const isTotal = from !== undefined && to !== undefined;
  const [old, current] = [amountsOf(before, isTotal ? from : 1), amountsOf(after, isTotal ? to : 1)];
  const higher = Object.keys(current).filter((name) => current[name]! > (old[name] ?? 0n));
  const unit = isTotal ? '' : after.object.kind === 'DaemonSet' ? ' on each node' : ' for each engine';
  if (higher.length > 0) {
    changes.add('higher-cost', ['after', placeOf(after, isTotal && from !== to)], {
      effect: `${after.object.kind} ${after.object.name} requests ${listed(
        higher.map(
          (name) =>
            `${show(name, current[name]!)}${NAMES[name] ?? ` ${name}`} instead of ${show(name, old[name] ?? 0n)}`,
        ),
      )}${unit}`,
      reasons: from === to || !isTotal ? [] : [`The number of engines changes from ${from} to ${to}.`],
    });
  }
  reportAutoscaler({ before, after }, changes);
}

const NAMES: { readonly [resource: string]: string } = {
  cpu: ' CPU',
  memory: ' of memory',
  disk: ' of disk',
};

function placeOf({ container, object }: DescribedEngine, isScaled: boolean): Field {
  return isScaled ? object.root.at('spec', 'replicas') : container.at('resources', 'requests');
}

/** Returns the requests of a number of pods, and the size of their disks. */
function amountsOf({ object, spec }: DescribedEngine, count: number): Amounts {
  const containers = [
    ...spec.at('containers').items,
    ...spec.at('initContainers').items.filter((container) => container.at('restartPolicy').text === 'Always'),
  ];
  const requests = containers.flatMap((container) => {
    const { requests: own, limits } = container.at('resources').map ?? {};
    // The default of a request is the limit.
    return Object.entries({ ...(limits as object), ...(own as object) } as { readonly [name: string]: unknown });
  });
  const claims = [
    ...claimTemplates(object.root),
    ...spec.at('volumes').items.map((volume) => volume.at('ephemeral', 'volumeClaimTemplate')),
  ].map((claim) => ['disk', claim.at('spec', 'resources', 'requests', 'storage').value ?? '0'] as const);
  const amounts: { [resource: string]: bigint } = {};
  for (const [name, value] of [...requests, ...claims]) {
    amounts[name] = (amounts[name] ?? 0n) + BigInt(count) * quantityNanos(String(value));
  }
  return amounts;
}

function show(name: string, nanos: bigint): string {
  if (!['memory', 'disk', 'ephemeral-storage'].includes(name)) {
    return rounded(nanos, NANOS);
  }
  const [unit, size] = UNITS.find(([, bytes]) => nanos >= bytes * NANOS) ?? ['', 1n];
  return `${rounded(nanos, size * NANOS)}${unit}`;
}

/** Returns a number of units, rounded to two decimal places. */
function rounded(value: bigint, unit: bigint): string {
  return String(Number((value * 200n + unit) / (2n * unit)) / 100);
}

function reportAutoscaler({ after, before }: Required<ComparedEngine>, changes: Changes): void {
  const [old, current] = [before, after].map(({ inventory, object }) => autoscalerOf(object, inventory));
  if (old !== undefined && current !== undefined && current.maxReplicas > old.maxReplicas) {
    changes.add('higher-cost', ['after', current.object.root.at('spec')], {
      effect: `The autoscaler can run up to ${current.maxReplicas} engines instead of ${old.maxReplicas}`,
      reasons: ['An engine that it adds starts with an empty cache, unless an earlier engine left its volume.'],
    });
  }
}

/** Reports claims that grow, and claims that are added for engines. */
function reportClaims({ engines, objects }: Comparison, changes: Changes): void {
  const used = new Set(
    engines.flatMap(({ after }) =>
      (after?.spec.at('volumes').items ?? []).map((volume) => volume.at('persistentVolumeClaim', 'claimName').text),
    ),
  );
  for (const { after, before } of objects) {
    if (after?.type !== '/PersistentVolumeClaim' || !used.has(after.name)) {
      continue;
    }
    const field = after.root.at('spec', 'resources', 'requests', 'storage');
    const [old, current] = [before?.root.at('spec', 'resources', 'requests', 'storage'), field].map((size) =>
      quantityNanos(String(size?.value ?? '0')),
    );
    if (current! > old!) {
      changes.add('higher-cost', ['after', field], {
        effect:
          before === undefined
            ? `A new claim ${after.name} has a disk of ${show('disk', current!)}`
            : `The claim ${after.name} grows from ${show('disk', old!)} to ${show('disk', current!)}`,
        ...(before !== undefined && {
          reasons: ['The API server accepts this only if the StorageClass allows expansion.'],
        }),
      });
    }
  }
}
