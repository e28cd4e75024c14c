import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { Problems } from '../reporting/problems';
import type { EngineEndpoint } from './engine-endpoint';
import { KINDS_WITH_PODS, podTemplatePath } from './pod-template-path';

/** An object that has a pod template. */
export interface ObjectWithPod {
  readonly object: ApiObject;
  /** The JSON pointer to the pod template. */
  readonly path: string;
}

/**
 * Finds the object of a construct that contains a pod.
 *
 * @param path the JSON pointer to the pod template, if the user set one
 * @throws unless exactly one such object exists
 */
export function findPod(
  engine: Pick<EngineEndpoint, 'scope'>,
  construct: IConstruct,
  path: string | undefined,
): ObjectWithPod {
  const problems = new Problems();
  const pod = find(engine, construct, path, problems);
  problems.throwIfAny(engine.scope.node.path, 'connect');
  return pod!;
}

function find(
  { scope }: Pick<EngineEndpoint, 'scope'>,
  construct: IConstruct,
  path: string | undefined,
  problems: Problems,
): ObjectWithPod | undefined {
  if (construct === scope) {
    problems.add('construct', {
      wrong: "an engine can't be a client of itself",
      got: scope.node.path,
      allowed: 'another construct',
      fix: 'connect the workload that runs the builds',
    });
  }
  if (path !== undefined && !isJsonPointer(path)) {
    problems.add('podTemplatePath', {
      wrong: 'must be a JSON pointer',
      got: path,
      allowed: "keys, each preceded by '/'",
      fix: "use a value such as '/spec/template'",
    });
  }
  const object = objectWithPod(construct, problems);
  const pointer = path ?? (object && podTemplatePath(object));
  if (object !== undefined && pointer === undefined) {
    problems.add('podTemplatePath', {
      wrong: 'the path of the pod template is not known for this kind',
      got: `${object.apiVersion} ${object.kind}`,
      allowed: `${KINDS_WITH_PODS.join(', ')}, or a custom resource with podTemplatePath`,
      fix: "set podTemplatePath, for example '/spec/template' for an Argo Rollout or a Knative Service",
    });
  }
  return object && pointer !== undefined ? { object, path: pointer } : undefined;
}

/** Returns the main object of a construct, or else the only object with a pod in its subtree. */
function objectWithPod(construct: IConstruct, problems: Problems): ApiObject | undefined {
  const main = mainObject(construct);
  const objects =
    main === undefined
      ? construct.node
          .findAll()
          .filter((one): one is ApiObject => ApiObject.isApiObject(one) && podTemplatePath(one) !== undefined)
      : [main];
  if (objects.length === 1) {
    return objects[0];
  }
  problems.add(
    'construct',
    objects.length === 0
      ? {
          wrong: 'the construct has no object with a pod',
          got: construct.node.path,
          allowed: 'a construct with one such object',
          fix: 'connect the workload, or use addClient(...)',
        }
      : {
          wrong: 'the construct has several objects with pods',
          got: objects.map((one) => one.node.path),
          allowed: 'a construct with one such object',
          fix: 'connect each of these objects',
        },
  );
  return undefined;
}

/** Returns the object that `ApiObject.of` would find, or undefined if there is none. */
function mainObject(construct: IConstruct): ApiObject | undefined {
  if (ApiObject.isApiObject(construct)) {
    return construct;
  }
  const child = construct.node.defaultChild;
  return child === undefined ? undefined : mainObject(child);
}

/** Whether a value is a JSON pointer to a field (RFC 6901). The empty pointer refers to the whole object. */
function isJsonPointer(path: unknown): boolean {
  return typeof path === 'string' && /^(\/([^~]|~[01])*)+$/.test(path);
}
