import { ApiObject } from 'cdk8s';
import { isEmitted, isPatched } from '../kubernetes/manifest';
import { hasOtherReport } from '../reporting/acceptances';
import { allConstructs } from '../reporting/app-checks';
import { reportEveryApp } from '../reporting/synth-report';
import { reportObjects } from './report-objects';

/** The kinds of objects that findings concern or depend on. */
const KINDS = [
  'ClusterRole',
  'ClusterRoleBinding',
  'ConfigMap',
  'CronJob',
  'DaemonSet',
  'Deployment',
  'Job',
  'NetworkPolicy',
  'NodePool',
  'Pod',
  'PodDisruptionBudget',
  'Role',
  'RoleBinding',
  'Service',
  'ServiceAccount',
  'StatefulSet',
];

// The constructs report problems with their properties. This report adds the findings of `check` that are caused by
// JSON patches and by objects that the library doesn't create. If there are none, the rules of `check` aren't loaded.
reportEveryApp((root) => {
  const objects = allConstructs(root)
    .filter((one): one is ApiObject => ApiObject.isApiObject(one))
    .filter((object) => (isEmitted(object) || KINDS.includes(object.kind)) && !hasOtherReport(object));
  if (objects.some((object) => !isEmitted(object) || isPatched(object))) {
    reportObjects(objects);
  }
});
