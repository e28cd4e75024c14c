import { GRACE_PERIOD_SECONDS } from '../pod/grace-period';
import { socketGroup } from '../pod/security';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';
import { CacheVolume, type BoundCache } from '../storage/cache-volume';
import { VolumeSharing } from '../storage/cache-volume-options';
import { cacheDirectory } from '../storage/node-directories';
import type { EngineVersion } from '../version/engine-version';
import type { EngineSidecarProps } from './engine-sidecar-props';
import type { PodAdditions } from './pod-additions';
import { sidecarAdditions } from './sidecar-additions';
import { checkSidecarPod, sidecarContainer, sidecarFiles } from './sidecar-container';

/** A sidecar engine, rendered for the pod of a job. */
export interface PlannedSidecar {
  readonly additions: PodAdditions;
  readonly cache: BoundCache | undefined;
  /** The content of the ConfigMap, or undefined if there is nothing to configure. */
  readonly data: { readonly [file: string]: string } | undefined;
  readonly problems: Problems;
}

interface SidecarContext {
  readonly name: string;
  readonly configName: string;
  readonly namespace: string | undefined;
  readonly version: EngineVersion;
  readonly problems: Problems;
}

/** Renders a sidecar engine, and reports the problems of its properties. */
export function planSidecar(
  props: EngineSidecarProps,
  { configName, name, namespace, problems, version }: SidecarContext,
): PlannedSidecar {
  const cache = (props.cache ?? CacheVolume.emptyDir())._bind({
    version,
    namespace,
    problems: problems.at('cache'),
    hostPath: cacheDirectory(namespace, name),
  });
  checkCache(cache, problems.at('cache'));
  const config = sidecarFiles(props, version, cache, problems);
  const { container, volumes } = sidecarContainer(props, {
    version,
    cache,
    config: { ...config, name: configName },
    problems,
  });
  checkSidecarPod(container, volumes, problems);
  const cli = props.cli?._render(
    { name, version, image: container.image!, imagePullPolicy: container.imagePullPolicy },
    problems.at('cli'),
  );
  const additions = sidecarAdditions({
    version,
    container,
    volumes,
    cli,
    native: props.native ?? true,
    socketGroup: socketGroup(props.security),
    terminationGracePeriodSeconds: cache?.persistent === true ? GRACE_PERIOD_SECONDS : undefined,
  });
  return { additions, cache, data: config.data, problems };
}

function checkCache(cache: BoundCache | undefined, problems: Problems): void {
  if (cache === undefined) {
    return;
  }
  if (cache.claimTemplate !== undefined) {
    problems.add('', {
      wrong: 'claim templates require a StatefulSet',
      got: cache.title,
      allowed: 'emptyDir, ephemeral, fromClaimName',
      fix: 'use CacheVolume.ephemeral(...)',
    });
  } else if (cache.sharing !== VolumeSharing.POD) {
    problems.warn(
      EngineRisk.SHARED_SIDECAR_CACHE,
      '',
      `jobs that run at the same time share ${cache.title}, and only one engine can lock it`,
      'run one job at a time, or use CacheVolume.emptyDir()',
    );
  }
}
