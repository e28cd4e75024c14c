import { checkDnsSubdomain } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { checkResourceName, isCount } from '../kubernetes/quantity';
import type { EngineVersion } from '../version/engine-version';
import { GPU_SUFFIX } from './image';

/** NVIDIA GPUs for builds. The engine's support for them is experimental. */
export interface EngineGpu {
  /**
   * The number of GPUs per engine.
   *
   * @default 1
   */
  readonly count?: number;

  /**
   * The name of the extended resource that the nodes' device plugin provides.
   *
   * @default 'nvidia.com/gpu'
   */
  readonly resourceName?: string;

  /**
   * The runtime class of the NVIDIA container runtime. The empty string sets no runtime class, for nodes whose default
   * runtime supports GPUs.
   *
   * @default 'nvidia'
   */
  readonly runtimeClassName?: string;
}

/** The settings of a pod with GPUs, except its image tag. */
export interface GpuSettings {
  readonly limits: { readonly [name: string]: string };
  readonly runtimeClassName?: string;
  readonly nodeSelector?: { readonly [label: string]: string };
  readonly env: { readonly [name: string]: string };
}

export function gpuSettings(gpu: EngineGpu, version: EngineVersion, problems: Problems): GpuSettings {
  const count = gpu.count ?? 1;
  if (!isCount(count, 1)) {
    problems.add('count', {
      wrong: 'must be a positive whole number',
      got: count,
      allowed: 'a whole number of at least 1',
      fix: 'set it to 1',
    });
  }
  if (gpu.resourceName !== undefined) {
    checkResourceName(problems, 'resourceName', gpu.resourceName);
  }
  const architectures = version.imageVariants.find(({ suffix }) => suffix === GPU_SUFFIX)?.architectures ?? [];
  const runtimeClassName = gpu.runtimeClassName ?? 'nvidia';
  if (runtimeClassName !== '') {
    checkDnsSubdomain(problems, 'runtimeClassName', runtimeClassName);
  }
  return {
    limits: { [gpu.resourceName ?? 'nvidia.com/gpu']: String(count) },
    ...(runtimeClassName !== '' && { runtimeClassName }),
    // Nodes with another architecture can't pull the image.
    ...(architectures.length === 1 && { nodeSelector: { 'kubernetes.io/arch': architectures[0] as string } }),
    // Any non-empty value enables GPU requests (dagger/dagger v0.21.7 core/container_exec.go:290).
    env: { _EXPERIMENTAL_DAGGER_GPU_SUPPORT: '1' },
  };
}
