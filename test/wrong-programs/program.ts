import { ApiObject, App, Chart, Size } from 'cdk8s';
import {
  CacheVolume,
  EngineDaemonSet,
  EngineDeployment,
  EngineStatefulSet,
  type EngineDaemonSetProps,
  type EngineDeploymentProps,
  type EngineStatefulSetProps,
  type EngineRisk,
} from '../../src/index';

/** A program that must not synthesize. */
export interface WrongProgram {
  /** The mistake, as the documentation describes it. */
  readonly title: string;
  /** The program, in the chart `ci`. */
  readonly program: (chart: Chart) => unknown;
  /** The complete message. */
  readonly says: string;
}

/** A program that synthesizes with a warning. */
export interface DoubtfulProgram {
  readonly title: string;
  readonly program: (chart: Chart) => unknown;
  readonly warning: EngineRisk;
  /** The text on standard error. */
  readonly says: string;
}

export const VERSION = 'v0.21.7';

export function daemonSet(chart: Chart, props: Partial<EngineDaemonSetProps> = {}, id = 'engine'): EngineDaemonSet {
  return new EngineDaemonSet(chart, id, { version: VERSION, ...props });
}

export function statefulSet(
  chart: Chart,
  props: Partial<EngineStatefulSetProps> = {},
  id = 'engine',
): EngineStatefulSet {
  return new EngineStatefulSet(chart, id, {
    version: VERSION,
    cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }),
    ...props,
  });
}

export function deployment(chart: Chart, props: Partial<EngineDeploymentProps> = {}, id = 'engine'): EngineDeployment {
  return new EngineDeployment(chart, id, {
    version: VERSION,
    cache: CacheVolume.ephemeral({ size: Size.gibibytes(100) }),
    ...props,
  });
}

/** Casts a value that the compiler would reject, but that a JavaScript program can pass. */
export function untyped<T>(value: unknown): T {
  return value as T;
}

/** Creates a chart in the same app, in another namespace or without a namespace. */
export function elsewhere(chart: Chart, namespace?: string): Chart {
  return new Chart(chart.node.root as Chart, 'elsewhere', { namespace });
}

/** Creates a namespace that forbids privileged pods and hostPath volumes. */
export function restricted(chart: Chart, name: string): void {
  new ApiObject(chart, `namespace-${name}`, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  });
}

/** Runs a program and synthesizes its manifests. */
export function synthesize(program: (chart: Chart) => unknown): void {
  const app = new App();
  program(new Chart(app, 'ci', { namespace: 'ci' }));
  app.synthYaml();
}

/** Returns the error message of a rejected program, or undefined if the program synthesizes. */
export function refusal(program: (chart: Chart) => unknown): string | undefined {
  try {
    synthesize(program);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
