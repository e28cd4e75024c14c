import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import type { MountedFile } from './config-context';
import type { TomlRegistryConfig } from './registry';

/** Renders the registries in the format that both files share. */
export function renderRegistries(
  registries: { readonly [host: string]: TomlRegistryConfig } | undefined,
  problems: Problems,
  files: MountedFile[],
): object | undefined {
  return (
    registries &&
    Object.fromEntries(
      Object.entries(registries).map(([host, { mirrors, http, insecure, ca, keypairs }]) => {
        const at = problems.at(`registries[${JSON.stringify(host)}]`);
        return [
          host,
          {
            mirrors,
            http,
            insecure,
            ca: ca?.map((file, index) => file._resolveCertificate(host, at, `ca[${index}]`, files)),
            // The engine doesn't start with an empty list of tables.
            keypair:
              keypairs?.length === 0
                ? undefined
                : keypairs?.map(({ key, cert }, index) => ({
                    key: key._resolve(host, at, `keypairs[${index}].key`, files),
                    cert: cert._resolveCertificate(host, at, `keypairs[${index}].cert`, files),
                  })),
          },
        ];
      }),
    )
  );
}

/** Sorts files by path, so that the order of properties doesn't matter. */
export function byPath(files: readonly MountedFile[]): MountedFile[] {
  return [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
}

const HOST = '(?:[A-Za-z0-9](?:[-A-Za-z0-9.]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+\\])(?::\\d{1,5})?';
const REGISTRY = new RegExp(`^${HOST}$`);
const MIRROR = new RegExp(`^(?:https://)?${HOST}(?:/[^\\s?#]*)?$`);

/** Matches the hosts of Docker Hub. The engine looks up its images as `docker.io`. */
const DOCKER_HUB = /^(index|registry-1)\.docker\.io(:443)?$/;

/** Reports a port above 65535. */
function checkHostPort(address: string, property: string, problems: Problems): void {
  const port = Number(/^(?:https:\/\/)?(?:\[[^\]]*\]|[^:/]*):(\d+)/.exec(address)?.[1] ?? 1);
  if (port < 1 || port > 65535) {
    problems.add(property, {
      wrong: 'must have a valid port',
      got: address,
      allowed: 'a port from 1 to 65535',
      fix: 'correct the port',
    });
  }
}

/** Reports hosts and mirrors that the engine accepts but never uses as intended. */
export function checkRegistries(
  registries: { readonly [host: string]: { readonly mirrors?: readonly string[] } | undefined },
  problems: Problems,
): void {
  for (const [host, registry] of Object.entries(registries)) {
    const at = problems.at(`[${JSON.stringify(host)}]`);
    if (!REGISTRY.test(host)) {
      at.add('', {
        wrong: 'must be the host of a registry, because no image is pulled from it otherwise',
        got: host,
        allowed: 'host or host:port, without a scheme or path',
        fix: "use a value such as 'docker.io' or 'registry.example.com:5000'",
      });
    } else {
      checkHostPort(host, '', at);
    }
    if (DOCKER_HUB.test(host)) {
      at.warn(
        EngineRisk.IGNORED_CONFIG_KEY,
        '',
        'the engine looks up Docker Hub images as docker.io, and ignores this entry',
        'use "docker.io"',
      );
    }
    for (const [index, mirror] of (registry?.mirrors ?? []).entries()) {
      if (!MIRROR.test(mirror)) {
        at.add(`mirrors[${index}]`, {
          wrong: 'must be a host without a scheme, because the engine ignores the scheme',
          got: mirror,
          allowed: 'host, host:port or host:port/path',
          fix: "remove the scheme, and for plain HTTP set http: true in the mirror's own entry in registries",
        });
      } else {
        checkHostPort(mirror, `mirrors[${index}]`, at);
      }
      if (mirror.replace(/^https:\/\/|\/+$/g, '') === host) {
        at.warn(
          EngineRisk.IGNORED_CONFIG_KEY,
          `mirrors[${index}]`,
          'the registry is a mirror of itself, which has no effect except that failed requests are sent twice',
          'remove it',
        );
      }
    }
  }
}
