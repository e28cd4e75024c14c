import { checkDnsSubdomain } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { checkResourceName, isCount } from '../kubernetes/quantity';
import type { EngineVersion } from '../version/engine-version';
import { GPU_SUFFIX } from './image';

/** NVIDIA GPUs for builds. Experimental in the engine. */
export interface EngineGpu {
  /**
   * How many GPUs an engine gets.
   *
   * @default 1
   */
  readonly count?: number;

  /**
   * Name of the extended resource that the node's device plugin offers.
   *
   * @default 'nvidia.com/gpu'
   */
  readonly resourceName?: string;

  /**
   * Runtime class that brings the NVIDIA container runtime. The empty string asks for none, for nodes whose
   * default runtime has it.
   *
   * @default 'nvidia'
   */
  readonly runtimeClassName?: string;
}

/** What a GPU sets beside the image's tag. */
export interface GpuParts {
  readonly limits: { readonly [name: string]: string };
  readonly runtimeClassName?: string;
  readonly nodeSelector?: { readonly [label: string]: string };
  readonly env: { readonly [name: string]: string };
}

export function gpuParts(gpu: EngineGpu, version: EngineVersion, problems: Problems): GpuParts {
  const count = gpu.count ?? 1;
  if (!isCount(count, 1)) {
    problems.add('count', {
      wrong: 'not a number of GPUs',
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
    // A node of another architecture could not even pull the image.
    ...(architectures.length === 1 && { nodeSelector: { 'kubernetes.io/arch': architectures[0] as string } }),
    // Any text that isn't empty allows GPU requests (dagger/dagger v0.21.7 core/container_exec.go:290).
    env: { _EXPERIMENTAL_DAGGER_GPU_SUPPORT: '1' },
  };
}
