import { isAtLeast } from '../findings/finding';
import { Inventory } from '../reading/inventory';
import { asWritten } from '../reading/server-fields';
import { reportCaches } from './caches';
import { Changes, type Change } from './change';
import { CHANGE_NAMES } from './change-kinds';
import { Comparison } from './comparison';
import { reportCertificates } from './certificates';
import { reportClients } from './clients';
import { reportCosts } from './costs';
import { reportClaimRetention } from './claim-retention';
import { reportEvictions } from './evictions';
import { reportNamespaces } from './namespaces';
import { reportNodePools } from './node-pools';
import { reportNetworks } from './networks';
import { reportPermissions } from './permissions';
import { reportPorts } from './ports';
import { reportDowngrades } from './downgrades';
import { reportConfiguration } from './configuration';
import { reportPools } from './pools';
import { reportRejectedFields } from './rejected-fields';
import { reportRestarts } from './restarts';
import { reportSeeds } from './seeds';

const REPORTS = [
  reportRejectedFields,
  reportRestarts,
  reportConfiguration,
  reportPools,
  reportNamespaces,
  reportCaches,
  reportClaimRetention,
  reportSeeds,
  reportNodePools,
  reportEvictions,
  reportDowngrades,
  reportClients,
  reportPorts,
  reportNetworks,
  reportCertificates,
  reportPermissions,
  reportCosts,
];

/**
 * Returns the effects of a change to the manifests of one cluster, the worst first. Documents that aren't Kubernetes
 * objects are skipped, as well as objects that a controller created.
 *
 * @param before the documents that are applied now
 * @param after the documents that will be applied
 */
export function compareManifests(before: readonly unknown[], after: readonly unknown[]): Change[] {
  const [old, current] = [before, after].map((documents) => Inventory.ofDocuments(documents, asWritten));
  const comparison = new Comparison(old!, current!);
  const changes = new Changes({ before: old!, after: current! });
  for (const report of REPORTS) {
    report(comparison, changes);
  }
  const rank = ({ name }: Change): number => CHANGE_NAMES.indexOf(name);
  const isWorse = (one: Change, other: Change): number =>
    Number(isAtLeast(other.severity, one.severity)) - Number(isAtLeast(one.severity, other.severity));
  return changes.all.sort((a, b) => isWorse(a, b) || rank(a) - rank(b));
}
