import type { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1';
import { ACCEPTED_RISKS } from '../reporting/accepted-risk';
import { readState, stateOf } from '../reporting/construct-state';
import { Problems } from '../reporting/problems';
import { printWarnings, reportAtSynth } from '../reporting/synth-report';
import { addToPodTemplate } from './add-to-pod';
import type { PodAdditions } from './pod-additions';
import { reportInvalidPod, reportInvalidTemplate } from './pod-validation';
import { podTemplateAt, withPodTemplate } from './pod-template-path';

/** One connection of a pod. */
export interface PodConnection {
  /** The construct that warnings are reported for. */
  readonly warnsFor: IConstruct;
  /** The construct path of the engine, for messages. */
  readonly engine: string;
  /** The method that the user called, for messages. */
  readonly method: string;
  /** The JSON pointer to the pod template. */
  readonly podTemplatePath: string;
  /** The names of the containers that use the engine, or undefined for all containers except init containers. */
  readonly containers: readonly string[] | undefined;
  /** Returns the additions for the rendered pod, and reports a pod that can't be connected. */
  readonly additions: (pod: PodTemplateSpec, object: RenderedObject, problems: Problems) => PodAdditions;
  /** Returns the accepted risks of an engine in the pod, as lines for the object's annotation. */
  readonly acceptedRisks?: () => string | undefined;
}

interface JobSpec {
  readonly activeDeadlineSeconds?: number;
}

/** The fields of a rendered object that connections read. */
export interface RenderedObject {
  readonly metadata?: { readonly namespace?: string; readonly annotations?: { readonly [key: string]: string } };
  readonly spec?: JobSpec & { readonly jobTemplate?: { readonly spec?: JobSpec } };
}

/**
 * The connections of one object. They are merged into the object whenever cdk8s renders it, after all JSON patches.
 * They don't depend on the class of the object. Containers, tolerations and patches can be added before or after the
 * connection.
 */
class ConnectedObject {
  private readonly connections: PodConnection[] = [];
  private readonly render: () => RenderedObject;

  public constructor(object: ApiObject, construct: IConstruct) {
    this.render = object.toJson.bind(object) as () => RenderedObject;
    // Every output of cdk8s goes through `toJson`. Generated classes override it, so this override must be on the
    // instance.
    object.toJson = () =>
      this.merge((problems, { engine, method }) => problems.throwIfAny(`${engine} -> ${construct.node.path}`, method));
    reportAtSynth(construct, () => this.check());
  }

  public add(connection: PodConnection): void {
    this.connections.push(connection);
  }

  private check(): string[] {
    const messages: string[] = [];
    const object = this.merge((problems, { engine, method, warnsFor }) => {
      messages.push(...problems.messages.map((message) => `${method} to ${engine}: ${message}`));
      printWarnings(warnsFor, problems.cautions);
    });
    return messages.length > 0 ? messages : this.invalid(object);
  }

  private invalid(object: RenderedObject): string[] {
    const problems = new Problems();
    reportInvalidPod(object, problems);
    for (const path of new Set(this.connections.map(({ podTemplatePath }) => podTemplatePath))) {
      reportInvalidTemplate(object, path, problems);
    }
    const [{ engine, method }] = this.connections as [PodConnection, ...PodConnection[]];
    return problems.messages.map((message) => `${method} to ${engine}: ${message}`);
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
      const accepted = connection.acceptedRisks?.();
      const annotated = accepted === undefined ? object : withAcceptedRisks(object, accepted);
      return withPodTemplate(annotated, connection.podTemplatePath, disablesSort ? connected : sorted(connected));
    }, this.render());
  }
}

const CONNECTED = 'connected';

/**
 * Connects the pod of an object. The connection is applied when the object is rendered.
 *
 * @param construct the construct that the user connected, for messages
 */
export function connectPod(object: ApiObject, construct: IConstruct, connection: PodConnection): void {
  stateOf(object, CONNECTED, () => new ConnectedObject(object, construct)).add(connection);
}

/** Whether an object's pod is connected to an engine. */
export function isConnected(object: ApiObject): boolean {
  return readState<ConnectedObject>(object, CONNECTED) !== undefined;
}

/** Adds accepted risks to the annotation of an object, which can have several engines. */
function withAcceptedRisks(object: RenderedObject, accepted: string): RenderedObject {
  const { annotations, ...metadata } = { ...object.metadata };
  const lines = [annotations?.[ACCEPTED_RISKS], accepted].flatMap((text) => text?.split('\n') ?? []);
  const all = [...new Set(lines)].sort().join('\n');
  return { ...object, metadata: sorted({ ...metadata, annotations: { ...annotations, [ACCEPTED_RISKS]: all } }) };
}

/** Sorts the keys of all objects in a value, as cdk8s does. */
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
