import type { Container, ContainerPort, LifecycleHandler } from 'kubernetes-types/core/v1';
import { compact, nonEmpty } from '../kubernetes/manifest';
import { setName, setOrigin } from '../kubernetes/origins';
import { toWire } from '../kubernetes/wire-form';
import { checkArgs } from './arg-rules';
import { drainScript } from './drain-script';
import { engineArgs } from './engine-args';
import { checkEnv } from './env-rules';
import { EnvVar } from './env-var';
import type { GpuSettings } from './gpu';
import { imageReference } from './image';
import type { PodBuilder } from './pod-builder';
import type { PodContext } from './pod-context';
import type { ProbedListener } from './probe';
import { renderProbes } from './probes';
import { proxyEnv } from './proxy';
import { containerResourceClaims } from './resource-claims';
import { renderResources } from './resources';
import { containerSecurityContext } from './security';

/**
 * The name of the engine's container, as in the official chart. User-defined `kube-pod://` addresses may contain it.
 */
export const CONTAINER_NAME = 'dagger-engine';

/** Renders the engine's container. Add the volumes to the builder first. */
export function engineContainer(context: PodContext, builder: PodBuilder, gpu: GpuSettings | undefined): Container {
  const { gracePeriodSeconds, props, problems, version } = context;
  addEnv(context, builder, gpu?.env ?? {});
  const reserved = containersOfListener(context).flatMap(({ name, ports: taken = [] }) =>
    taken.map((port) => ({ ...port, container: name })),
  );
  for (const port of context.declaresListenerPort === true ? listenerPorts(context) : []) {
    builder.addPort('metrics.port', setName(port, 'listener'), reserved);
  }
  for (const port of context.metricsPorts) {
    builder.addPort('metrics.port', setName(port, 'metrics'), reserved);
  }
  checkMetricsPort(context);
  for (const [index, port] of toWire<ContainerPort[]>(props.extraPorts ?? []).entries()) {
    const property = `extraPorts[${index}]`;
    builder.addPort(property, setOrigin(port, property), reserved);
  }
  checkArgs(props.args ?? [], version, problems.at('args'));
  const resources = compact({
    ...renderResources(props.resources ?? {}, gpu?.limits ?? {}, problems.at('resources')),
    ...containerResourceClaims(props.resourceClaims ?? []),
  });
  const args = nonEmpty(engineArgs(context));
  const ports = nonEmpty(builder.ports);
  const env = nonEmpty(builder.env);
  const envFrom = nonEmpty(
    (props.envFrom ?? []).map((source, index) => source._render(problems.at(`envFrom[${index}]`))),
  );
  const lifecycle = compact({
    postStart: props.postStart?._render(problems.at('postStart')),
    preStop: props.preStop?._render(problems.at('preStop')) ?? drainHook(context),
  });
  return {
    name: CONTAINER_NAME,
    image: imageReference(props.image, version, gpu !== undefined, problems),
    ...(props.imagePullPolicy && { imagePullPolicy: props.imagePullPolicy }),
    ...(args && { args }),
    ...(envFrom && { envFrom }),
    ...(env && { env }),
    ...(ports && { ports }),
    ...(resources && { resources }),
    securityContext: containerSecurityContext(props.security ?? {}, problems.at('security')),
    ...renderProbes(props.probes ?? {}, {
      version,
      listener: probedListener(context, builder),
      gracePeriodSeconds,
      problems: problems.at('probes'),
    }),
    ...(lifecycle && { lifecycle }),
    volumeMounts: builder.mounts,
  };
}

/** Returns the hook that drains the engine, if the library adds one. */
function drainHook(context: PodContext): LifecycleHandler | undefined {
  const { drain, hostSocket, version } = context;
  return (
    drain && {
      exec: {
        command: [
          'sh',
          '-c',
          drainScript(drain.settings, {
            sockets: unique([version.socketPath, ...matches(drain.addresses, /^unix:\/\/(.+)$/)]),
            isSocketOnNode: hostSocket !== undefined,
            enginePorts: unique([
              ...listenerPorts(context).map(({ containerPort }) => containerPort),
              ...matches(drain.addresses, /^tcp:\/\/.*:(\d+)$/).map(Number),
            ]),
            listenerPort: drain.listenerPort,
          }),
        ],
      },
    }
  );
}

/** Returns the captured part of each text that matches a pattern. */
function matches(texts: readonly string[], pattern: RegExp): string[] {
  return texts.flatMap((text) => pattern.exec(text)?.[1] ?? []);
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

function addEnv(
  { config, propertyEnv, props, problems, version }: PodContext,
  builder: PodBuilder,
  gpuEnv: { readonly [name: string]: string },
): void {
  const add = (property: string, env: { readonly [name: string]: EnvVar }, keyOf = (name: string) => name): void => {
    for (const [name, variable] of Object.entries(env)) {
      const path = `${property}.${keyOf(name)}`;
      builder.addEnv(path, setOrigin(variable._render(name, problems, path), path));
    }
  };
  for (const [property, env] of Object.entries(propertyEnv)) {
    add(property, env ?? {});
  }
  add('gpu', Object.fromEntries(Object.entries(gpuEnv).map(([name, text]) => [name, EnvVar.fromValue(text)])));
  if (props.proxy !== undefined) {
    add('proxy', proxyEnv(props.proxy, problems.at('proxy')), (name) => name.replace(/_PROXY$/, '').toLowerCase());
  }
  checkEnv(props.env ?? {}, {
    version,
    hasProxy: props.proxy !== undefined,
    json: config.reports,
    cliRuns: props.probes?.readiness?._opensSession === true,
    problems: problems.at('env'),
  });
  add('env', props.env ?? {});
}

/** Returns the ports that the engine itself listens on for clients. */
export function listenerPorts({ listenerPort }: PodContext): ContainerPort[] {
  return listenerPort === undefined ? [] : [listenerPort];
}

/**
 * Reports a metrics port that equals the listener's port, if the container doesn't declare the listener's port. The
 * builder compares only declared ports.
 */
function checkMetricsPort({ declaresListenerPort, listenerPort, metricsPorts, problems }: PodContext): void {
  if (
    declaresListenerPort === false &&
    metricsPorts.some(({ containerPort }) => containerPort === listenerPort?.containerPort)
  ) {
    problems.add('metrics.port', {
      wrong: 'the engine listens for clients on this port',
      got: listenerPort?.containerPort,
      allowed: 'unused ports',
      fix: 'choose another port',
    });
  }
}

/** Returns the number and the names of the listener's port, for probes. */
function probedListener({ listenerPort }: PodContext, { ports }: PodBuilder): ProbedListener | undefined {
  return (
    listenerPort && {
      port: listenerPort.containerPort,
      names: ports.filter(({ containerPort }) => containerPort === listenerPort.containerPort).map(({ name }) => name),
    }
  );
}

/** Returns the containers that the listener adds to the pod. */
export function containersOfListener({ listenerAddition: addition }: PodContext): Container[] {
  return [addition?.nativeSidecar, addition?.sidecar].filter((container) => container !== undefined);
}
