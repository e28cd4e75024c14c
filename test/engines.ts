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

/** An accepted risk. */
export function accept(risk: EngineRisk, property?: string): AcceptedRisk {
  return { risk, reason: 'fine in a test', ...(property !== undefined && { property }) };
}

/** The release in tests that work with any release. */
export const VERSION = 'v0.21.7';

/** The output of tests that synthesize. Unlike that of `Testing.app()`, it isn't created for the others. */
const OUTDIR = join(tmpdir(), `cdk8s-dagger-tests-${process.pid}`);

/** A chart in a new app. */
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

/** One engine of each kind. */
export const TOPOLOGIES = { EngineDaemonSet: daemonSet, EngineStatefulSet: statefulSet, EngineDeployment: deployment };

/** The objects of an engine's chart, by kind and name: `Service engine-metrics`. Warnings are ignored. */
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

/** The rendered workload. */
export function workload(engine: Engine): any {
  return engine.workload.toJson();
}

/** The rendered pod template. */
export function podTemplate(engine: Engine): any {
  return workload(engine).spec.template;
}

/** The rendered pod. */
export function pod(engine: Engine): any {
  return podTemplate(engine).spec;
}

/** The rendered container of the engine. */
export function container(engine: Engine): any {
  return pod(engine).containers[0];
}

/** The error of a rejected program: its first line, and the problems without their dashes. */
export function refusal(program: () => unknown): string[] {
  try {
    program();
  } catch (error) {
    return (error as Error).message.split('\n').map((line) => line.replace(/^ {2}- /, ''));
  }
  throw new Error('the program was not rejected');
}

/** Only the problems, without their last part about accepting the risk, which accept-risks.test.ts covers. */
export function problems(program: () => unknown): string[] {
  return refusal(program)
    .slice(1)
    .map((message) => message.replace(/; or accept EngineRisk\.\w+$/, ''));
}

/**
 * The warnings while the chart of a construct is synthesized, without those about resource requests, which engines of
 * tests lack.
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
