import type { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1';
import { Problems } from '../reporting/problems';
import { printWarnings, reportAtSynth } from '../reporting/synth-report';
import { addToPodTemplate } from './add-to-pod';
import type { PodAdditions } from './pod-additions';
import { podTemplateAt, withPodTemplate } from './pod-template-path';

/** One connection of a pod. */
export interface PodConnection {
  /** The construct that warnings belong to. */
  readonly warnsFor: IConstruct;
  /** The path of the engine, and the method that the user called, for messages. */
  readonly engine: string;
  readonly method: string;
  /** JSON pointer to the pod template. */
  readonly podTemplatePath: string;
  /** Names of the containers that use the engine; undefined for all containers, without init containers. */
  readonly containers: readonly string[] | undefined;
  /** The additions, which can depend on the rendered pod. Reports a pod that can't be connected. */
  readonly additions: (pod: PodTemplateSpec, object: RenderedObject, problems: Problems) => PodAdditions;
}

interface JobSpec {
  readonly activeDeadlineSeconds?: number;
}

/** A rendered object. */
export interface RenderedObject {
  readonly metadata?: { readonly namespace?: string };
  readonly spec?: JobSpec & { readonly jobTemplate?: { readonly spec?: JobSpec } };
}

/**
 * The connections of one object. They are merged into the object whenever cdk8s renders it, after all JSON patches. So they don't depend on the
 * class of the object, and it doesn't matter whether containers, tolerations or patches are added before or after the connection.
 */
class ConnectedObject {
  private readonly connections: PodConnection[] = [];
  private readonly render: () => RenderedObject;

  public constructor(object: ApiObject, construct: IConstruct) {
    this.render = object.toJson.bind(object) as () => RenderedObject;
    // Every output of cdk8s goes through `toJson`. Generated classes override it too, so this override is on the instance.
    object.toJson = () =>
      this.merge((problems, { engine, method }) => problems.throwIfAny(`${engine} -> ${construct.node.path}`, method));
    reportAtSynth(construct, () => this.check());
  }

  public add(connection: PodConnection): void {
    this.connections.push(connection);
  }

  private check(): string[] {
    const messages: string[] = [];
    this.merge((problems, { engine, method, warnsFor }) => {
      messages.push(...problems.messages.map((message) => `${method} to ${engine}: ${message}`));
      printWarnings(warnsFor, problems.cautions);
    });
    return messages;
  }

  private merge(onProblems: (problems: Problems, connection: PodConnection) => void): RenderedObject {
    const disablesSort = Boolean(process.env.CDK8S_DISABLE_SORT);
    return this.connections.reduce((object, connection) => {
      const problems = new Problems();
      const template = podTemplateAt(object, connection.podTemplatePath);
      if (template === undefined) {
        problems.add('podTemplatePath', {
          wrong: 'the object has no pod template at this path',
          got: connection.podTemplatePath,
          allowed: 'a JSON pointer to an object that has the `spec` of a pod',
          fix: "set it, for example podTemplatePath: '/spec/template'",
        });
        onProblems(problems, connection);
        return object;
      }
      const additions = connection.additions(template, object, problems);
      const connected = addToPodTemplate(template, additions, connection.containers, problems);
      onProblems(problems, connection);
      return withPodTemplate(object, connection.podTemplatePath, disablesSort ? connected : sorted(connected));
    }, this.render());
  }
}

const CONNECTED = new WeakMap<ApiObject, ConnectedObject>();

/**
 * Connects the pod of an object when it is rendered.
 *
 * @param construct the construct that the user connected, for messages of cdk8s
 */
export function connectPod(object: ApiObject, construct: IConstruct, connection: PodConnection): void {
  const connected = CONNECTED.get(object) ?? new ConnectedObject(object, construct);
  CONNECTED.set(object, connected);
  connected.add(connection);
}

/** Whether the library adds something to the pod of an object. */
export function isConnected(object: ApiObject): boolean {
  return CONNECTED.has(object);
}

/** Sorts keys, as cdk8s does. */
function sorted<T>(value: T): T {
  if (Array.isArray(value)) {
    return value.map(sorted) as T;
  }
  return typeof value === 'object' && value !== null
    ? (Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, item]) => [key, sorted(item)]),
      ) as T)
    : value;
}
