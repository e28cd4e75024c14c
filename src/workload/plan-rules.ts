import type { VolumeMount } from 'kubernetes-types/core/v1';
import { STATE_DIRECTORY } from '../config/engine-directories';
import { toWire } from '../kubernetes/wire-form';
import { warnAboutBlockedDestinations, warnAboutBlockedDns, type Destination } from '../network/blocked-destinations';
import { checkEviction } from '../nodes/eviction-rules';
import { CONTAINER_NAME } from '../pod/engine-container';
import { EngineRisk } from '../reporting/engine-risk';
import { isInDirectory, warnAboutSystemDirectory, warnAboutVolatileCache } from '../storage/node-directories';
import { checkCacheLimits } from './cache-limits';
import type { EnginePlan } from './engine-plan';
import type { EngineProps } from './engine-props';
import { checkPublishedImage } from './image-rules';
import { checkImageMounts } from './image-mounts';
import { checkNodeAffinity, checkNodes } from './node-rules';
import { checkPortsOfNode } from './ports-of-nodes';
import { checkProbePorts } from './probe-ports';
import { checkProbes } from './probe-rules';
import { checkSpread } from './spread-rules';
import { checkClientsOfNodes, checkDrainOfOnlyEngine } from './stop-rules';

/** The properties that the rules in this file check. */
type CheckedProps = Pick<EngineProps, 'gpu' | 'image' | 'networkPolicy' | 'proxy' | 'volumeMounts'>;

/** Checks combinations of properties that are known only after the pod has been rendered. */
export function checkPlan(plan: EnginePlan, props: CheckedProps): void {
  const { cache, cacheInUse, config, namespace, podTemplate, problems, version } = plan;
  const { spec } = podTemplate;
  if (namespace === undefined) {
    problems.warn(
      EngineRisk.NO_NAMESPACE,
      'scope',
      'the chart has no namespace, so kubectl creates the engine in the namespace of its current context',
      "set it: new Chart(app, 'ci', { namespace: 'dagger' })",
    );
  }
  const container = spec.containers.find(({ name }) => name === CONTAINER_NAME)!;
  checkCacheLimits(cacheInUse, container, problems);
  checkImageMounts(
    toWire<VolumeMount[]>(props.volumeMounts ?? []),
    {
      stateDirectory: config.stateDirectory ?? STATE_DIRECTORY,
      hasCache: cache !== undefined,
      hasConfigFiles: config.data !== undefined || config.files.length > 0,
    },
    problems,
  );
  const suffix = props.gpu === undefined ? '' : '-gpu';
  const variant = version.imageVariants.find((one) => one.suffix === suffix);
  checkNodes(spec, props.image === undefined ? variant : undefined, problems);
  checkNodeAffinity(spec, problems);
  checkSpread(podTemplate, problems);
  checkEviction(
    {
      perNode: plan.perNode,
      annotations: podTemplate.metadata.annotations ?? {},
      tolerations: spec.tolerations ?? [],
    },
    problems,
  );
  checkDrainOfOnlyEngine(plan);
  checkClientsOfNodes(plan);
  checkPortsOfNode(spec, plan, problems);
  checkNodeDirectories(plan);
  checkProbes(container, problems.at('probes'));
  checkProbePorts(spec, plan, problems);
  checkPublishedImage(container.image ?? '', props.gpu !== undefined, problems);
  warnAboutBlockedDestinations(destinations(plan, props), props.networkPolicy?.egress, problems);
  warnAboutBlockedDns(spec, props.networkPolicy?.egress, problems);
  if (cacheInUse?.persistent === true && config.collectsGarbage === false) {
    problems.warn(
      EngineRisk.GC_DISABLED,
      'cache',
      'garbage collection is disabled, so the cache fills the volume, and then every build fails',
      'remove enabled: false',
    );
  }
  if (spec.hostNetwork === true && (spec.dnsPolicy ?? 'ClusterFirst') === 'ClusterFirst') {
    problems.warn(
      EngineRisk.HOST_DNS,
      'dnsPolicy',
      "on the node's network, ClusterFirst uses the node's DNS, so the names of Services don't resolve",
      'use ClusterFirstWithHostNet',
    );
  }
}

/**
 * Reports directories on the node that contain more than the engine's files. Clients mount the whole directory of the
 * socket.
 */
function checkNodeDirectories({ cacheInUse, hostSocket, problems }: EnginePlan): void {
  const cache = cacheInUse?.volume?.hostPath?.path;
  warnAboutSystemDirectory(cache, 'cache', problems);
  warnAboutVolatileCache(cache, 'cache', problems);
  warnAboutSystemDirectory(hostSocket?.path, 'hostSocket', problems);
  if (cache !== undefined && hostSocket !== undefined && isInDirectory(cache, hostSocket.path)) {
    problems.add('hostSocket', {
      wrong: `clients mount this directory, and it contains the cache in ${cache}`,
      got: hostSocket.path,
      allowed: 'a directory that contains only the socket',
      fix: 'use another directory, or remove hostSocket',
      risk: EngineRisk.CACHE_IN_SOCKET_DIRECTORY,
    });
  }
}

/** The servers that an engine connects to: proxies, mirrors, a collector and a remote cache. */
function destinations({ config, uplinks }: EnginePlan, { proxy = {} }: CheckedProps): Destination[] {
  const { all, ftp, http, https } = proxy;
  const proxies = Object.entries({ all, ftp, http, https }).flatMap(([key, variable]) => {
    const address = variable?._text;
    return address === undefined ? [] : [{ property: `proxy.${key}`, address }];
  });
  const mirrors = Object.entries(config.mirrors).map(([property, address]) => ({ property, address }));
  const services = Object.entries({
    'telemetry.endpoint': uplinks.telemetry?.address,
    'remoteCache.url': uplinks.remoteCache?.address,
  }).flatMap(([property, address]) => (address === undefined ? [] : [{ property, address }]));
  return [...proxies, ...mirrors, ...services];
}
