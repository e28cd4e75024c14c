import { isDeepStrictEqual } from 'node:util';
import type { ApiObject } from 'cdk8s';
import { withoutPatches } from '../kubernetes/manifest';
import type { Problems } from '../reporting/problems';
import type { Engine } from '../workload/engine';

/** The fields that decide which destinations builds can reach. */
const POLICY_FIELDS = ['podSelector', 'policyTypes', 'egress'];

/** Reports JSON patches that weaken the network policy or the configuration of an untrusted engine. */
export function checkPatches(engine: Engine, problems: Problems): void {
  const { configMap, networkPolicy } = engine;
  if (networkPolicy !== undefined && !engine.node.children.includes(networkPolicy)) {
    problems.add('networkPolicy', {
      wrong: 'an untrusted member must have its NetworkPolicy, but the program removes it from the tree',
      allowed: 'the NetworkPolicy of the member',
      fix: 'keep it',
    });
  } else if (networkPolicy !== undefined) {
    const [before, after] = specs(networkPolicy);
    const changed = POLICY_FIELDS.filter((field) => !isDeepStrictEqual(before[field], after[field]));
    if (changed.length > 0) {
      problems.add('networkPolicy', {
        wrong: `a JSON patch of an untrusted member must not change ${changed.join(' and ')}, because builds could reach other destinations`,
        allowed: 'the destinations in TrustLevel.untrusted(...)',
        fix: 'remove the patch, and list destinations in allowTo',
      });
    }
  }
  if (configMap !== undefined) {
    const [before, after] = [withoutPatches(configMap), configMap.toJson()] as ReadonlyArray<{
      readonly data?: object;
    }>;
    if (!isDeepStrictEqual(before!.data, after!.data)) {
      problems.add('engineJson', {
        wrong:
          'a JSON patch of an untrusted member must not change the configuration, because it could allow root capabilities',
        allowed: 'the properties of the topology',
        fix: 'remove the patch, and set the properties instead',
      });
    }
  }
}

type Fields = { readonly [field: string]: unknown };

/** Returns the spec of an object without and with JSON patches. */
function specs(object: ApiObject): [Fields, Fields] {
  return [withoutPatches(object), object.toJson() as object].map(
    (json) => (json as { readonly spec?: Fields }).spec ?? {},
  ) as [Fields, Fields];
}
