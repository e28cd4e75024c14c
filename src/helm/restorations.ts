import { pointer, type Patch, type Rendered } from '../program/engine-program';
import type { Data } from '../program/expression';

/**
 * What the constructs write otherwise than the charts. Each is a patch that can go once the change is wanted, so that the first
 * step of a migration changes nothing.
 */

/** The chart leaves the namespace out, and Helm puts the object into that of the release. */
export const WITHOUT_NAMESPACE: Patch = {
  op: 'remove',
  path: '/metadata/namespace',
  why: 'the chart leaves the namespace out: apply with --namespace',
};

const POD = '/spec/template/spec';

/** The engine's container is the first. */
const ENGINE = `${POD}/containers/0`;

/** What holds of the workloads of all charts. */
export function podRestorations(workload: Rendered, configVolume: string): Patch[] {
  const { metadata, spec } = workload.spec.template;
  return [
    ...('automountServiceAccountToken' in spec
      ? [
          {
            op: 'remove',
            path: `${POD}/automountServiceAccountToken`,
            why: 'the token of the service account is mounted, and nothing in the pod uses it',
          } as const,
        ]
      : []),
    ...without(
      metadata.annotations,
      'kubectl.kubernetes.io/default-container',
      '/spec/template/metadata/annotations',
      'kubectl exec asks for the container',
    ),
    ...configRestorations(spec, configVolume),
  ];
}

/** The chart lists the keys of its ConfigMap, and mounts them without saying that they are read-only, as they always are. */
function configRestorations(spec: Rendered, configVolume: string): Patch[] {
  const index =
    spec.volumes?.findIndex(({ name, configMap }: Rendered) => name === configVolume && configMap !== undefined) ?? -1;
  const mounts = (spec.containers[0].volumeMounts as Rendered[])
    .map((mount, at) => ({ mount, at }))
    .filter(
      ({ mount }) =>
        mount.name === configVolume && mount.readOnly === true && String(mount.mountPath).startsWith('/etc/dagger/'),
    );
  if (index < 0 || mounts.length === 0) {
    return [];
  }
  const items = mounts.map(({ mount: { subPath } }): Data => ({ key: subPath as string, path: subPath as string }));
  return [
    ...mounts.map(({ at }): Patch => ({
      op: 'remove',
      path: `${ENGINE}/volumeMounts/${at}/readOnly`,
      why: 'a ConfigMap is mounted read-only anyway',
    })),
    {
      op: 'add',
      path: `${POD}/volumes/${index}/configMap/items`,
      value: items,
      why: 'the chart lists the keys, which are all that the ConfigMap has',
    },
  ];
}

/** The service account that a chart makes. */
export function accountRestorations(account: Rendered | undefined): Patch[] {
  return account === undefined
    ? []
    : [
        ...('automountServiceAccountToken' in account
          ? [
              {
                op: 'remove',
                path: '/automountServiceAccountToken',
                why: 'its token is mounted wherever it is used',
              } as const,
            ]
          : []),
        WITHOUT_NAMESPACE,
      ];
}

/** The workload's annotation, or all of them where it is the only one. */
function without(annotations: Rendered | undefined, key: string, path: string, why: string): Patch[] {
  if (annotations?.[key] === undefined) {
    return [];
  }
  return [{ op: 'remove', path: Object.keys(annotations).length === 1 ? path : `${path}/${pointer(key)}`, why }];
}

/** The path of the engine's container. */
export { ENGINE as ENGINE_CONTAINER, POD as POD_SPEC };
