import { posix } from 'node:path';
import type { Volume, VolumeMount } from 'kubernetes-types/core/v1';
import { CONFIG_DIRECTORY, STATE_DIRECTORY } from '../config/engine-directories';
import { setName, setOrigin } from '../kubernetes/origins';
import { toWire } from '../kubernetes/wire-form';
import { EngineRisk } from '../reporting/engine-risk';
import { caCertificateFile, checkCaMount } from './ca-certificates';
import { addEngineVolumes } from './engine-volumes';
import { isInVolume } from './mount-paths';
import type { PodBuilder } from './pod-builder';
import type { PodContext } from './pod-context';

/** The engine's files, in the order that the official chart mounts them. */
const CONFIG_FILES = ['engine.toml', 'engine.json'];

/** Adds the volumes of the pod, and their mounts in the engine's container. */
export function addVolumes(context: PodContext, builder: PodBuilder): void {
  const { cache, config, hostSocket, listenerAddition: addition, props, version, problems } = context;
  if (cache !== undefined) {
    if (cache.volume !== undefined) {
      builder.addVolume('cache.volumeName', setName(cache.volume, 'cache'));
    }
    builder.addMount('cache', { name: cache.volumeName, mountPath: config.stateDirectory ?? STATE_DIRECTORY });
  }
  addEngineVolumes(context, config.stateDirectory ?? STATE_DIRECTORY, builder);
  if (hostSocket !== undefined) {
    builder.addVolume(hostSocket.isGiven ? 'hostSocket' : undefined, setName(hostSocket.volume, 'hostSocket'));
    builder.addMount('hostSocket', { name: hostSocket.volume.name, mountPath: posix.dirname(version.socketPath) });
  }
  for (const volume of addition?.volumes ?? []) {
    builder.addVolume(undefined, volume);
  }
  for (const mount of addition?.mounts ?? []) {
    builder.addMount('listener', mount);
  }
  if (config.data !== undefined) {
    const { volumeName = 'config' } = config;
    builder.addVolume(config.volumeName && 'configVolumeName', { name: volumeName, configMap: { name: config.name } });
    for (const key of CONFIG_FILES.filter((file) => config.data?.[file] !== undefined)) {
      builder.addMount('engineJson', {
        name: volumeName,
        mountPath: `${CONFIG_DIRECTORY}/${key}`,
        subPath: key,
        readOnly: true,
      });
    }
  }
  for (const file of config.files) {
    builder.addFile('engineJson', file);
  }
  for (const [index, selector] of (props.caCertificates ?? []).entries()) {
    selector._validateCertificate(problems, `caCertificates[${index}]`);
    builder.addFile(`caCertificates[${index}]`, caCertificateFile(selector));
  }
  for (const [index, volume] of toWire<Volume[]>(props.volumes ?? []).entries()) {
    builder.addVolume(`volumes[${index}]`, setOrigin(volume, `volumes[${index}]`));
  }
  const mounts = toWire<VolumeMount[]>(props.volumeMounts ?? []);
  for (const [index, mount] of mounts.entries()) {
    builder.addMount(`volumeMounts[${index}]`, setOrigin(mount, `volumeMounts[${index}]`));
    checkCaMount(
      mount,
      builder.volumes.find(({ name }) => name === mount.name),
      problems.at(`volumeMounts[${index}]`),
    );
  }
}

/** Reports an engine whose state directory isn't in a volume. */
export function checkCacheVolume({ cache, config, problems, props: { volumeMounts = [] } }: PodContext): void {
  const { stateDirectory = STATE_DIRECTORY } = config;
  if (cache === undefined && !isInVolume(stateDirectory, volumeMounts)) {
    problems.add('cache', {
      wrong:
        "without a volume, the cache is in the writable layer of the container, where overlay mounts don't work and a restart loses it",
      allowed: `a volume at ${stateDirectory}`,
      fix: 'use CacheVolume.claimTemplate({ size: Size.gibibytes(200) }) for a StatefulSet, or CacheVolume.ephemeral({ size: Size.gibibytes(200) })',
      risk: EngineRisk.NO_CACHE_VOLUME,
    });
  }
}
