import { Chart, type ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { compact, emitClusterScoped } from '../kubernetes/manifest';
import { checkAnnotations, checkDnsLabel, checkLabels, checkNotOwned } from '../kubernetes/names';
import { Problems } from '../reporting/problems';
import { checkConstructor } from '../reporting/check-arguments';
import { engineLabels } from '../kubernetes/engine-labels';

/** Properties for a namespace for engines. */
export interface EngineNamespaceProps {
  /**
   * The name of the namespace.
   *
   * @default - the namespace of the chart
   */
  readonly name?: string;

  /**
   * Additional labels of the namespace.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * The annotations of the namespace.
   *
   * @default - none
   */
  readonly annotations?: { [key: string]: string };
}

/**
 * The labels that set the Pod Security level for each mode: `enforce` rejects pods, `audit` and `warn` report them.
 * Every other level rejects engines (kubernetes.io/docs/concepts/security/pod-security-standards).
 */
const POD_SECURITY = Object.fromEntries(
  ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'privileged']),
);

/**
 * A namespace for engines. Its Pod Security level is `privileged`, which engines require. Anyone who can create pods in
 * it can become root on a node, so restrict that permission, and run clients in other namespaces.
 */
export class EngineNamespace extends Construct {
  /** The name of the namespace. */
  public readonly name: string;

  /** The Namespace object. */
  public readonly apiObject: ApiObject;

  /**
   * @param scope a chart
   * @param id the construct's id
   * @param props the name, labels and annotations
   * @throws one error that lists all problems with the properties
   */
  public constructor(scope: Construct, id: string, props: EngineNamespaceProps = {}) {
    checkConstructor('EngineNamespace', new.target !== EngineNamespace, [scope, id, props]);
    super(scope, id);
    const problems = new Problems();
    const name = props.name ?? Chart.of(this).namespace;
    if (name === undefined) {
      problems.add('name', {
        wrong: 'is missing, and the chart has no namespace',
        got: undefined,
        allowed: 'a name',
        fix: "set name, or give the chart a namespace: new Chart(app, 'ci', { namespace: 'dagger' })",
      });
    } else {
      checkDnsLabel(problems, 'name', name);
    }
    checkLabels(problems, 'labels', props.labels);
    checkNotOwned(problems, 'labels', props.labels, Object.keys(POD_SECURITY));
    checkAnnotations(problems, 'annotations', props.annotations);
    problems.throwIfAny(this.node.path, 'EngineNamespace');
    const annotations = compact(props.annotations ?? {});
    this.name = name as string;
    this.apiObject = emitClusterScoped(this, 'Resource', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: this.name,
        labels: { ...engineLabels(this.name), ...POD_SECURITY, ...props.labels },
        ...(annotations && { annotations }),
      },
    });
  }
}
