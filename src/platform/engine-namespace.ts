import { Chart, JsonPatch, type ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { compact, emit } from '../kubernetes/manifest';
import { checkAnnotations, checkDnsLabel, checkLabels, checkNotOwned } from '../kubernetes/names';
import { Problems } from '../reporting/problems';

/** A namespace for engines. */
export interface EngineNamespaceProps {
  /**
   * Its name.
   *
   * @default - the namespace of the chart
   */
  readonly name?: string;

  /**
   * Its labels, beside those of Pod Security.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * Its annotations.
   *
   * @default - none
   */
  readonly annotations?: { [key: string]: string };
}

/**
 * What the admission controller of Pod Security does at a level: `enforce` refuses pods, `audit` and `warn` speak of them. An engine
 * is privileged, and refused on any other level (kubernetes.io/docs/concepts/security/pod-security-standards).
 */
const POD_SECURITY = Object.fromEntries(
  ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'privileged']),
);

/**
 * A namespace that admits engines: its Pod Security level is `privileged`, since no engine runs without. Every pod that someone may
 * create in it can be root on its node, so give the right to do so to nobody who isn't, and runners a namespace of their own.
 */
export class EngineNamespace extends Construct {
  /** The name of the namespace. */
  public readonly name: string;

  /** The Namespace. */
  public readonly apiObject: ApiObject;

  /**
   * @param scope a chart
   * @param id the construct's id
   * @param props name, labels and annotations
   * @throws with every violation of the properties at once
   */
  public constructor(scope: Construct, id: string, props: EngineNamespaceProps = {}) {
    super(scope, id);
    const problems = new Problems();
    const name = props.name ?? Chart.of(this).namespace;
    if (name === undefined) {
      problems.add('name', {
        wrong: 'neither the namespace nor the chart has a name for it',
        got: undefined,
        allowed: 'a name',
        fix: "set it, or give the chart a namespace: new Chart(app, 'ci', { namespace: 'dagger' })",
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
    this.apiObject = emit(this, 'Resource', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: this.name, labels: { ...POD_SECURITY, ...props.labels }, ...(annotations && { annotations }) },
    });
    if (Chart.of(this).namespace !== undefined) {
      // A namespace is in none, and cdk8s puts that of the chart on every object.
      this.apiObject.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
    }
  }
}
