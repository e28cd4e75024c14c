import type { Container, ContainerPort, EnvVar, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import type { MountedFile } from '../config/config-context';
import type { KeySelector } from '../config/key-selector';
import { labelOf } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { trimSlash } from './mount-paths';

/** Collects the volumes, mounts, variables, ports and containers of a pod, and reports duplicates. */
export class PodBuilder {
  public readonly volumes: Volume[] = [];
  public readonly mounts: VolumeMount[] = [];
  public readonly env: EnvVar[] = [];
  public readonly ports: ContainerPort[] = [];
  public readonly sidecars: Container[] = [];
  public readonly initContainers: Container[] = [];
  /** Maps the name of each volume to the property that sets the name. */
  private readonly namedBy = new Map<string, string>();

  /**
   * @param templates the property of each claim template, keyed by the template's name. Pods mount claim templates
   * without declaring volumes.
   */
  public constructor(
    private readonly problems: Problems,
    private readonly templates: { readonly [name: string]: string },
  ) {
    Object.entries(templates).forEach(([name, property]) => this.namedBy.set(name, property));
  }

  /**
   * @param property the property that names the volume, or undefined for names that the library chooses. A user-defined
   * volume with such a name must be renamed.
   */
  public addVolume(property: string | undefined, volume: Volume): void {
    if (this.volumeNames().includes(volume.name)) {
      this.reportVolume(property ?? this.namedBy.get(volume.name) ?? '', volume.name);
    } else {
      this.volumes.push(volume);
      this.namedBy.set(volume.name, property ?? '');
    }
  }

  public addMount(property: string, mount: VolumeMount): void {
    if (this.mounts.some(({ mountPath }) => trimSlash(mountPath) === trimSlash(mount.mountPath))) {
      this.problems.add(property, {
        wrong: 'the engine already has a mount at this path',
        got: mount.mountPath,
        allowed: 'unused paths',
        fix: 'choose another path',
      });
    } else {
      this.mounts.push(mount);
    }
  }

  public addEnv(property: string, variable: EnvVar): void {
    if (this.env.some(({ name }) => name === variable.name)) {
      this.problems.add(property, {
        wrong: 'another property already sets this variable',
        got: variable.name,
        allowed: 'other variables',
        fix: 'remove one of them',
      });
    } else {
      this.env.push(variable);
    }
  }

  /** @param reserved the ports of other containers in the pod */
  public addPort(
    property: string,
    port: ContainerPort,
    reserved: ReadonlyArray<ContainerPort & { readonly container: string }> = [],
  ): void {
    const elsewhere = reserved.find(
      ({ containerPort }) => containerPort === port.containerPort && (port.protocol ?? 'TCP') === 'TCP',
    );
    if (elsewhere !== undefined) {
      this.problems.add(property, {
        wrong: `the container ${JSON.stringify(elsewhere.container)} in the pod already listens on this port`,
        got: port.containerPort,
        allowed: 'unused ports',
        fix: 'choose another port',
      });
      return;
    }
    const sameName = (other: ContainerPort): boolean => other.name !== undefined && other.name === port.name;
    const sameNumber = (other: ContainerPort): boolean =>
      other.containerPort === port.containerPort && (other.protocol ?? 'TCP') === (port.protocol ?? 'TCP');
    const taken = this.ports.find((other) => sameNumber(other) || sameName(other));
    if (taken === undefined) {
      this.ports.push(port);
    } else {
      this.problems.add(property, {
        wrong: `the engine's container already has port ${taken.containerPort}${taken.name === undefined ? '' : `, named ${JSON.stringify(taken.name)}`}`,
        got: sameNumber(taken) ? port.containerPort : port.name,
        allowed: 'unused numbers and names',
        fix: 'choose another port',
      });
    }
  }

  /**
   * Mounts a key as a single file. A mount of the whole volume would contain symbolic links. The engine copies these
   * links into build containers, where they are broken (dagger/dagger #11069, #12852).
   */
  public addFile(property: string, { selector, path }: MountedFile): void {
    const name = keyVolumeName(selector);
    const known = this.volumes.find((volume) => volume.name === name);
    const items = known?.secret?.items ?? known?.configMap?.items;
    if (!this.volumeNames().includes(name)) {
      const item = { key: selector.key, path: selector.key };
      this.volumes.push(
        selector.objectKind === 'Secret'
          ? { name, secret: { secretName: selector.objectName, items: [item] } }
          : { name, configMap: { name: selector.objectName, items: [item] } },
      );
    } else if (items === undefined) {
      this.reportVolume(this.namedBy.get(name) ?? property, name);
    } else if (!items.some(({ key }) => key === selector.key)) {
      items.push({ key: selector.key, path: selector.key });
    }
    if (this.mounts.some(({ mountPath }) => mountPath === path)) {
      this.problems.add(property, {
        wrong: 'the engine already has this file',
        got: path,
        allowed: 'each file once',
        fix: 'remove one of them',
      });
    } else {
      this.mounts.push({ name, mountPath: path, subPath: selector.key, readOnly: true });
    }
  }

  private reportVolume(property: string, name: string): void {
    this.problems.add(property, {
      wrong: 'the pod already has a volume with this name',
      got: name,
      allowed: 'unused names',
      fix: 'rename one of them',
    });
  }

  private volumeNames(): string[] {
    return [...this.volumes.map(({ name }) => name), ...Object.keys(this.templates)];
  }
}

/** Returns the name of the volume for keys of a Secret or ConfigMap. */
function keyVolumeName({ objectKind, objectName }: KeySelector): string {
  return labelOf(`${objectKind === 'Secret' ? 'secret' : 'configmap'}-${objectName}`);
}
