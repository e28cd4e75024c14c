import { createHash } from 'node:crypto';
import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import { compact } from '../kubernetes/manifest';
import { checkAnnotations, checkLabels, checkNotOwned } from '../kubernetes/names';
import { toWire } from '../kubernetes/wire-form';
import { addContainers } from './additional-containers';
import { CONTAINER_NAME, engineContainer } from './engine-container';
import { addVolumes, checkCacheVolume } from './pod-volumes';
import { gpuSettings } from './gpu';
import { SecretText } from './plain-text-secrets';
import { PodBuilder } from './pod-builder';
import type { PodContext } from './pod-context';
import { podSpecFields } from './pod-spec-fields';
import { podResourceClaims } from './resource-claims';
import { podSecurityContext } from './security';

/** The annotation that restarts the pods when the engine's files change. */
export const CONFIG_HASH = 'checksum/config';

export interface PodTemplate {
  readonly metadata: {
    readonly labels: { readonly [key: string]: string };
    readonly annotations?: { readonly [key: string]: string };
  };
  readonly spec: PodSpec;
}

export function renderPodTemplate(context: PodContext): PodTemplate {
  const { cache, gracePeriodSeconds, problems, props, selector, serviceAccountName, version } = context;
  const gpu = props.gpu && gpuSettings(props.gpu, version, problems.at('gpu'));
  const builder = new PodBuilder(problems, {
    ...(cache?.claimTemplate && { [cache.volumeName]: 'cache.volumeName' }),
    ...context.claimTemplates,
  });
  checkCacheVolume(context);
  addVolumes(context, builder);
  const container = engineContainer(context, builder, gpu);
  addContainers(context, builder);
  checkPlainText(context, container);
  return {
    metadata: podMetadata(context, builder.sidecars.length > 0),
    spec: {
      ...(serviceAccountName && { serviceAccountName }),
      automountServiceAccountToken: props.automountServiceAccountToken ?? false,
      securityContext: podSecurityContext(props, cache, problems.at('security')),
      terminationGracePeriodSeconds: gracePeriodSeconds,
      ...podSpecFields(props, gpu, selector, problems),
      ...(builder.initContainers.length > 0 && { initContainers: builder.initContainers }),
      containers: [container, ...builder.sidecars],
      ...podResourceClaims(props.resourceClaims ?? []),
      ...(builder.volumes.length > 0 && { volumes: builder.volumes }),
    },
  };
}

function configHash(data: { readonly [file: string]: string }): string {
  return createHash('sha256').update(JSON.stringify(data)).digest('hex');
}

function podMetadata(
  { annotations: added, labels, selector, config, problems, props: pod }: PodContext,
  hasSidecars: boolean,
): PodTemplate['metadata'] {
  checkLabels(problems, 'podLabels', pod.podLabels);
  checkAnnotations(problems, 'podAnnotations', pod.podAnnotations);
  checkNotOwned(problems, 'podLabels', pod.podLabels, Object.keys(selector));
  checkNotOwned(problems, 'podAnnotations', pod.podAnnotations, [
    ...(config.data === undefined ? [] : [CONFIG_HASH]),
    ...Object.keys(added),
  ]);
  const annotations = compact({
    // A change to the ConfigMap alone doesn't restart the pods.
    [CONFIG_HASH]: config.data && configHash(config.data),
    // `kubectl exec` and `kube-pod://` use this container if none is specified.
    'kubectl.kubernetes.io/default-container': hasSidecars ? CONTAINER_NAME : undefined,
    ...added,
    ...pod.podAnnotations,
  });
  return {
    labels: { ...labels, ...pod.podLabels },
    ...(annotations && { annotations: annotations as { [key: string]: string } }),
  };
}

/** Reports plain-text secrets in the pod. */
function checkPlainText(
  { problems, props }: PodContext,
  { lifecycle, livenessProbe, readinessProbe, startupProbe }: Container,
): void {
  const text = new SecretText(problems);
  text.checkEnv(
    'env',
    Object.entries(props.env ?? {}).map(([name, { _text: value }]) => ({ name, value })),
  );
  text.checkArgs('args', props.args ?? []);
  const { postStart, preStop } = lifecycle ?? {};
  for (const [property, part] of Object.entries({
    postStart,
    preStop,
    'probes.startup': startupProbe,
    'probes.readiness': readinessProbe,
    'probes.liveness': livenessProbe,
  })) {
    text.check(property, JSON.stringify(part ?? ''));
  }
  for (const property of ['initContainers', 'sidecars'] as const) {
    toWire<Container[]>(props[property] ?? []).forEach((container, index) =>
      text.checkContainer(`${property}[${index}]`, container),
    );
  }
}
