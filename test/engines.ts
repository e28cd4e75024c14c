import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart, Size, Testing, type ChartProps } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  CacheVolume,
  type AcceptedRisk,
  type Engine,
  EngineDaemonSet,
  EngineDeployment,
  EngineStatefulSet,
  type EngineDaemonSetProps,
  type EngineDeploymentProps,
  type EngineRisk,
  type EngineStatefulSetProps,
} from '../src/index';

/** Returns an accepted risk with a fixed reason. */
export function accept(risk: EngineRisk, property?: string): AcceptedRisk {
  return { risk, reason: 'fine in a test', ...(property !== undefined && { property }) };
}

/** The release for tests that work with any release. */
export const VERSION = 'v0.21.7';

/** The output directory. Unlike the one of `Testing.app()`, it is created only by tests that write to it. */
const OUTDIR = join(tmpdir(), `cdk8s-dagger-tests-${process.pid}`);

/** Creates a chart in a new app. */
export function chart(props: ChartProps = { namespace: 'ci' }): Chart {
  return new Chart(new App({ outdir: OUTDIR }), 'test', props);
}

export function daemonSet(props: Partial<EngineDaemonSetProps> = {}, scope = chart()): EngineDaemonSet {
  return new EngineDaemonSet(scope, 'engine', { version: VERSION, ...props });
}

export function statefulSet(props: Partial<EngineStatefulSetProps> = {}, scope = chart()): EngineStatefulSet {
  return new EngineStatefulSet(scope, 'engine', {
    version: VERSION,
    cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
    ...props,
  });
}

export function deployment(props: Partial<EngineDeploymentProps> = {}, scope = chart()): EngineDeployment {
  return new EngineDeployment(scope, 'engine', {
    version: VERSION,
    cache: CacheVolume.ephemeral({ size: Size.gibibytes(200) }),
    ...props,
  });
}

/** Functions that create an engine of each kind. */
export const TOPOLOGIES = { EngineDaemonSet: daemonSet, EngineStatefulSet: statefulSet, EngineDeployment: deployment };

/**
 * Returns the objects in the chart of a construct, keyed by kind and name, such as `Service engine-metrics`. Warnings
 * are hidden.
 */
export function objects(of: Construct): { [kindAndName: string]: any } {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return Object.fromEntries(
      Testing.synth(Chart.of(of)).map((object) => [`${object.kind} ${object.metadata.name}`, object]),
    );
  } finally {
    console.warn = warn;
  }
}

/** Returns the rendered workload. */
export function workload(engine: Engine): any {
  return engine.workload.toJson();
}

/** Returns the rendered pod template. */
export function podTemplate(engine: Engine): any {
  return workload(engine).spec.template;
}

/** Returns the rendered pod spec. */
export function pod(engine: Engine): any {
  return podTemplate(engine).spec;
}

/** Returns the rendered container of the engine. */
export function container(engine: Engine): any {
  return pod(engine).containers[0];
}

/** Returns the lines of a rejected program's error: the first line, and the problems without their dashes. */
export function refusal(program: () => unknown): string[] {
  try {
    program();
  } catch (error) {
    return (error as Error).message.split('\n').map((line) => line.replace(/^ {2}- /, ''));
  }
  throw new Error('the program was not rejected');
}

/**
 * Returns the problems of a rejected program, without the advice to accept the risk, which accept-risks.test.ts covers.
 */
export function problems(program: () => unknown): string[] {
  return refusal(program)
    .slice(1)
    .map((message) => message.replace(/; or accept EngineRisk\.\w+$/, ''));
}

/**
 * Returns the warnings from synthesizing the chart of a construct. Those about resource requests are left out, because
 * engines in tests have none.
 */
export function warnings(of: Construct): string[] {
  const warn = jest.spyOn(console, 'warn').mockImplementation();
  try {
    Testing.synth(Chart.of(of));
    return warn.mock.calls.map(([text]) => String(text)).filter((text) => !text.includes(' warning no-requests: '));
  } finally {
    warn.mockRestore();
  }
}
