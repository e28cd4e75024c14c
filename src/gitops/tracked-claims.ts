import { ApiObject, type Chart } from 'cdk8s';
import { clusterOf } from '../kubernetes/cluster';
import { INSTANCE_LABEL } from '../kubernetes/engine-labels';
import { claimTemplates } from '../reading/engine-mounts';
import { Field } from '../reading/field';
import { allConstructs } from '../reporting/app-checks';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';

/**
 * Warns about claims with the tracking label of an Application. The StatefulSet controller copies the labels of
 * the selector to the claims. While the StatefulSet exists, Argo CD infers that it owns them. Without it, they are
 * objects of the Application that aren't in Git (`onNodeRemoved` and `GetManagedLiveObjs` in argoproj/argo-cd
 * gitops-engine/pkg/cache/cluster.go@v3.4.11).
 */
export function warnAboutTrackedClaims(chart: Chart, name: string, risks: Problems): void {
  const cluster = clusterOf(chart);
  // Argo CD finds objects with its label in the whole cluster.
  const tracked = allConstructs(chart)
    .filter((one) => ApiObject.isApiObject(one))
    // Rendering all objects takes long.
    .filter((one) => one.kind === 'StatefulSet' && one.metadata.getLabel(INSTANCE_LABEL) === name)
    .filter((one) => clusterOf(one) === cluster && hasTrackedClaims(one, name));
  if (tracked.length > 0) {
    risks.warn(
      EngineRisk.CACHE_CAN_BE_PRUNED,
      'name',
      `claims of ${tracked.map((object) => `StatefulSet ${object.name}`).join(', ')} have the label ${INSTANCE_LABEL}: ${name}. If Argo CD tracks objects by this label, the default before 3.0, it prunes these claims, and the caches with them, when it prunes the StatefulSet`,
      'use another name, or accept this risk if Argo CD tracks objects by annotation',
    );
  }
}

/** Whether the claims of a StatefulSet have the label, and remain when the StatefulSet is deleted. */
function hasTrackedClaims(object: ApiObject, name: string): boolean {
  const root = Field.root(object.toJson(), (path) => path);
  const spec = root.at('spec');
  return (
    claimTemplates(root).length > 0 &&
    spec.at('selector', 'matchLabels', INSTANCE_LABEL).text === name &&
    spec.at('persistentVolumeClaimRetentionPolicy', 'whenDeleted').text !== 'Delete'
  );
}
