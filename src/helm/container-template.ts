import type { Field } from '../reading/field';
import { configMapName, filesKey, JSON_FILE, magicacheSecret, TOML, usesMagicache } from './chart-objects';
import { CACHE_DIRECTORY } from './node-directory';
import { from, nonEmpty, list, number, when, valueOf } from './template';
import type { Release } from './chart-release';

/** The parts of the engine's container that differ between the charts. */
export interface ContainerTraits {
  readonly image: Field;
  readonly readinessProbe: Field;
  readonly livenessProbe?: Field;
  /** The mounts of the cache and of the socket. */
  readonly mounts: readonly Field[];
  /** The name of the volume with the configuration files. */
  readonly configVolume: string;
}

export function engineContainer(
  release: Release,
  { configVolume, image, livenessProbe, mounts, readinessProbe }: ContainerTraits,
): Field {
  return from(image.origin, {
    name: 'dagger-engine',
    image,
    imagePullPolicy: nonEmpty(release, 'engine.image.pullPolicy'),
    args: args(release),
    env: env(release),
    envFrom: list('magicache.enabled', when(usesMagicache(release), { secretRef: { name: magicacheSecret(release) } })),
    ports: ports(release),
    securityContext: { privileged: true, capabilities: { add: ['ALL'] } },
    resources: valueOf(release, 'engine.resources'),
    // No chart has a startup probe.
    startupProbe: from(readinessProbe.origin, undefined),
    readinessProbe,
    livenessProbe,
    lifecycle: nonEmpty(release, 'engine.lifecycle'),
    volumeMounts: list(mounts[0]?.origin ?? CACHE_DIRECTORY, [
      ...mounts,
      ...files(release).map(([key, name]) =>
        from(key, { name: configVolume, mountPath: `/etc/dagger/${name}`, subPath: name }),
      ),
      ...nonEmpty(release, 'engine.volumeMounts').items,
    ]),
  });
}

/** Renders the volume with the configuration files, if the values have any. */
export function configVolume(release: Release, name: string): readonly Field[] {
  const key = filesKey(release);
  const items = files(release).map(([fileKey, path]) => from(fileKey, { key: path, path }));
  return key === undefined ? [] : [from(key, { name, configMap: { name: configMapName(release), items } })];
}

function files({ values }: Release): ReadonlyArray<readonly [key: string, name: string]> {
  const all = [[TOML, 'engine.toml'] as const, [JSON_FILE, 'engine.json'] as const];
  return all.filter(([key]) => values.flag(key));
}

function args(release: Release): Field {
  const port = release.values.number('engine.port') || undefined;
  const flags = ['--addr', `tcp://0.0.0.0:${port}`, '--addr', 'unix:///run/dagger/engine.sock'];
  return list('engine.args', [
    ...when(port !== undefined, ...flags.map((flag) => from('engine.port', flag))),
    ...nonEmpty(release, 'engine.args').items,
  ]);
}

/** The environment variable that `magicache` sets. */
export const MAGICACHE_URL = '_EXPERIMENTAL_DAGGER_CACHESERVICE_URL';

/** Renders the environment variables. If several have the same name, only the last one takes effect and is rendered. */
function env(release: Release): Field {
  const url = from('magicache.enabled', { name: MAGICACHE_URL, value: nonEmpty(release, 'magicache.url') });
  const all = [...nonEmpty(release, 'engine.env').items, ...when(usesMagicache(release), url)];
  const names = all.map((variable) => variable.at('name').text);
  return list(
    'engine.env',
    all.filter((_, index) => names.lastIndexOf(names[index]) === index),
  );
}

/**
 * Renders the ports. `containerPort` defaults to `engine.port`: the chart documents this default, but doesn't render
 * it.
 */
function ports(release: Release): Field {
  const port = number(release, 'engine.port');
  const listed = nonEmpty(release, 'engine.containerPorts').items;
  const hostPort = (field: Field): Field => from(field.origin, Number(field.value) || undefined);
  if (listed.length > 0) {
    return list(
      'engine.containerPorts',
      listed.map((one) =>
        from(one.origin, {
          name: from(one.at('name').origin, one.at('name').text || undefined),
          containerPort: from(one.at('containerPort').origin, Number(one.at('containerPort').value) || port.value),
          protocol: from(one.at('protocol').origin, one.at('protocol').text || 'TCP'),
          hostPort: hostPort(one.at('hostPort')),
        }),
      ),
    );
  }
  const single = {
    name: 'dagger',
    containerPort: port,
    protocol: 'TCP',
    hostPort: hostPort(valueOf(release, 'engine.hostPort')),
  };
  return list('engine.port', when(Boolean(port.value), from('engine.port', single)));
}
