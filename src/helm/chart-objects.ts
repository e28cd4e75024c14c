import type { Field } from '../reading/field';
import { truncated } from './release-names';
import { blockScalar } from './block-scalar';
import { entriesOf, from, nonEmpty, when } from './template';
import type { Release } from './chart-release';

/** The keys that contain the text of configuration files. */
export const TOML = 'engine.config';
export const JSON_FILE = 'engine.configJson';

/** Returns the key of the first configuration file in the values, or undefined if they have none. */
export function filesKey({ values }: Release): string | undefined {
  return [TOML, JSON_FILE].find((key) => values.flag(key));
}

export function configMapName({ names }: Release): string {
  return `${names.fullname}-engine-config`;
}

/** Returns the labels of all objects and pods, except the labels that Helm manages. */
export function labels(release: Release): { readonly [key: string]: Field } {
  return { ...chartLabels(release), ...entriesOf(nonEmpty(release, 'engine.labels')) };
}

/** Returns the labels that are hard-coded in the chart's templates, except the labels that Helm manages. */
export function chartLabels({ names, releaseName, version }: Release): { readonly [key: string]: Field } {
  const shortVersion = `v${truncated(version.text.replaceAll('+', '_'), 62)}`;
  return {
    'app.kubernetes.io/name': from('nameOverride', names.name),
    'app.kubernetes.io/instance': from('releaseName', releaseName),
    'app.kubernetes.io/version': from('chartVersion', shortVersion),
    'app.kubernetes.io/part-of': from('nameOverride', names.name),
  };
}

export function usesMagicache({ values }: Release): boolean {
  return values.flag('magicache.enabled');
}

/**
 * Returns the name of the Secret with the Magicache token: an existing Secret, or the Secret that the chart creates.
 */
export function magicacheSecret(release: Release): Field {
  const existing = nonEmpty(release, 'magicache.secretName');
  return existing.exists ? existing : from('magicache.token', `${release.names.fullname}-magicache-token`);
}

export function serviceAccountName(release: Release): Field {
  if (createsAccount(release)) {
    return from('engine.newServiceAccount.create', release.names.fullname);
  }
  const existing = nonEmpty(release, 'engine.existingServiceAccount.name');
  return existing.exists ? existing : from('engine.existingServiceAccount', 'default');
}

function createsAccount({ values }: Release): boolean {
  return values.flag('engine.newServiceAccount.create');
}

/** Renders the objects that all charts have in addition to the workload. */
export function commonObjects(release: Release): readonly Field[] {
  return [...configMap(release), ...secret(release), ...serviceAccount(release)];
}

function configMap(release: Release): readonly Field[] {
  const key = filesKey(release);
  const metadata = { name: configMapName(release), namespace: release.namespace, labels: labels(release) };
  const data = { 'engine.toml': file(release, TOML), 'engine.json': file(release, JSON_FILE) };
  return key === undefined ? [] : [from(key, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data })];
}

/** Renders a configuration file, which is a YAML block scalar in the chart. */
function file({ values }: Release, key: string): Field {
  const text = values.text(key);
  const isLast = key === JSON_FILE || !values.flag(JSON_FILE);
  return from(key, text && (blockScalar(text, isLast) ?? text));
}

function secret(release: Release): readonly Field[] {
  const token = release.values.text('magicache.token') ?? '';
  return when(
    usesMagicache(release) && !release.values.flag('magicache.secretName'),
    from('magicache.token', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: magicacheSecret(release), namespace: release.namespace, labels: labels(release) },
      data: { _EXPERIMENTAL_DAGGER_CACHESERVICE_TOKEN: Buffer.from(token).toString('base64') },
    }),
  );
}

/** Renders the ServiceAccount without a namespace, as the chart does. */
function serviceAccount(release: Release): readonly Field[] {
  return when(
    createsAccount(release),
    from('engine.newServiceAccount.create', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: {
        name: serviceAccountName(release),
        labels: labels(release),
        annotations: nonEmpty(release, 'engine.newServiceAccount.annotations'),
      },
    }),
  );
}
