import { App, Chart, type ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { Findings, isAtLeast, type Finding, type FindingSeverity } from '../findings/finding';
import { run, type FinishedProgram } from '../program/engine-program';
import { convert } from '../reading/conversion';
import type { Inventory } from '../reading/inventory';
import { isAccepted, reportRisksElsewhere } from '../reporting/acceptances';
import type { AcceptedRisk } from '../reporting/accepted-risk';
import { riskName, type EngineRisk } from '../reporting/engine-risk';
import { Problems, type Caution } from '../reporting/problems';
import { acceptRisks } from '../reporting/risks';
import { printWarnings, reportAtSynth } from '../reporting/synth-report';
import type { Engine } from '../workload/engine';
import { withFixInValues } from './chart-findings';
import type { HelmChart } from './helm-chart';
import { checkRelease } from './check-release';
import { contentOf } from './charts';
import { readRelease } from './read-release';
import { othersOf } from './release-objects';
import { Values, type ValueMap } from './values';
import { checkCalls } from '../reporting/check-arguments';

/** Properties for a Helm release. */
export interface HelmReleaseProps {
  /** The Helm chart of the release. */
  readonly chart: HelmChart;

  /**
   * The version of the Helm chart, such as `0.21.7`. The version determines the meaning of the values and the default
   * release of the engine.
   *
   * @default - the newest stable version that the library knows
   */
  readonly chartVersion?: string;

  /** The name of the release. The names of its objects begin with it. */
  readonly releaseName: string;

  /**
   * The content of values.yaml.
   *
   * @default - the defaults of the Helm chart
   */
  readonly values?: { [key: string]: any }; // eslint-disable-line @typescript-eslint/no-explicit-any

  /**
   * The lowest severity of findings that are errors.
   *
   * @default - findings are only printed to standard error at synth
   */
  readonly failOn?: FindingSeverity;

  /**
   * Risks to accept, with reasons. Accepted findings are left out of `findings` and of the output. `property` is a key
   * of the values or a property of the engine. The workload's annotation `cdk8s-dagger.github.io/accepted-risks` lists
   * the reasons.
   *
   * @default - none
   */
  readonly acceptRisks?: AcceptedRisk[];
}

/**
 * A Helm release of an engine. It creates the objects that the Helm chart renders, with the same names, selectors and
 * volumes. `findings` lists the problems in the values.
 *
 * The namespace of the cdk8s chart must be the namespace of the release.
 */
export class HelmRelease extends Construct {
  /**
   * Creates the engine of a release from its values.
   *
   * @param scope a cdk8s chart with the namespace of the Helm release
   * @param id the id of the construct
   * @param props the Helm chart and its values
   * @throws if the Helm chart or Kubernetes rejects a value, or if there are findings with the severity `failOn` or a
   * higher one
   */
  public static fromValues(scope: Construct, id: string, props: HelmReleaseProps): HelmRelease {
    return new HelmRelease(scope, id, props);
  }

  /** The engine of the release. */
  public readonly engine: Engine;

  /** The problems and risks in the values, the worst first. */
  public readonly findings: Finding[];

  /** The other objects of the release, such as a Service, a Secret or a Role. */
  public readonly others: ApiObject[];

  private readonly inventory: Inventory;

  private constructor(scope: Construct, id: string, props: HelmReleaseProps) {
    super(scope, id);
    const problems = new Problems();
    const { namespace } = Chart.of(this);
    if (namespace === undefined) {
      problems.add('namespace', {
        wrong: 'the cdk8s chart of the release has no namespace',
        allowed: 'a cdk8s chart with the namespace of the Helm release',
        fix: "create the release in a chart with a namespace, such as new Chart(app, 'ci', { namespace: 'ci' })",
      });
    }
    acceptRisks(this, props.acceptRisks, problems);
    const findings = new Findings();
    const release = readRelease(
      { ...props, values: (props.values ?? {}) as ValueMap, namespace: namespace ?? 'default' },
      findings,
      problems,
    );
    const inventory = release && checkRelease(release, findings, problems);
    const defaults = new Values(release === undefined ? {} : contentOf(release.chart, release.version).defaults);
    const shown = findings.all
      .map((finding) => withFixInValues(finding, defaults))
      .filter(({ key, name, property }) => !isAccepted(this, name, property === undefined ? [key] : [key, property]));
    if (props.failOn !== undefined) {
      reject(shown, props.failOn, problems);
    }
    problems.throwIfAny(this.node.path, 'HelmRelease');
    const silent = reportRisksElsewhere(this);
    const { engines, others, rejected } = convert(inventory!, { idOf: () => 'engine', isRefined: false });
    rejected.flatMap(({ reasons }) => reasons).forEach(({ problem, property }) => problems.add(property, problem));
    problems.throwIfAny(this.node.path, 'HelmRelease');
    const outcome = run({ ...engines[0]!.program, others: othersOf(others) }, this);
    this.engine = outcome.engine;
    this.others = [...outcome.others];
    this.inventory = inventory!;
    this.findings = shown;
    // The release itself reports the engine's risks, with the keys of the values.
    outcome.engine._cautions.forEach(({ name }) => silent.add(name));
    const cautions = shown.map(({ name, key, why, fix, severity }): Caution => ({
      name: name as EngineRisk,
      property: key,
      text: why,
      fix,
      severity,
    }));
    reportAtSynth(this, () => {
      printWarnings(this, cautions);
      return [];
    });
  }

  /**
   * Returns the simplified program of the engine, with typed properties that have the same effect.
   *
   * @internal
   */
  public _program(): FinishedProgram {
    const { engines, others } = convert(this.inventory, { idOf: () => 'engine' });
    const scope = new Chart(new App(), 'chart', { namespace: Chart.of(this).namespace });
    return run({ ...engines[0]!.program, others: othersOf(others) }, scope).program;
  }
}

checkCalls('HelmRelease', HelmRelease);

function reject(findings: readonly Finding[], severity: FindingSeverity, problems: Problems): void {
  for (const { key, name, why, fix, severity: own } of findings) {
    if (isAtLeast(own, severity)) {
      problems.add(key, { wrong: `${own} ${name}: ${why}`, fix: `${fix}, or accept ${riskName(name)}` });
    }
  }
}
