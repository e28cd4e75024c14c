import { Chart, type ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { FIXES, RISKS } from '../findings/engine-findings';
import { Findings, isAtLeast, type Finding, type FindingSeverity } from '../findings/finding';
import { evaluate } from '../findings/evaluate';
import { checkSeverity, isSeverity } from '../findings/severity-input';
import { run, type EngineProgram, type FinishedProgram } from '../program/engine-program';
import { isAccepted, reportRisksElsewhere } from '../reporting/acceptances';
import type { AcceptedRisk } from '../reporting/accepted-risk';
import { riskName, type EngineRisk } from '../reporting/engine-risk';
import { Problems, type Caution } from '../reporting/problems';
import { acceptRisks } from '../reporting/risks';
import { printWarnings, reportAtSynth } from '../reporting/synth-report';
import type { Engine } from '../workload/engine';
import { CHART_FINDINGS } from './chart-findings';
import type { HelmChart } from './helm-chart';
import { defaultsOf, translate } from './translate';
import { isEmpty, type ValueMap, type Values } from './values';

/** A release of a Helm chart. */
export interface HelmReleaseProps {
  /** The chart. */
  readonly chart: HelmChart;

  /**
   * The version of the chart, such as `0.21.7`. It decides what the values mean, and which engine runs where they don't say.
   *
   * @default - the newest that is known
   */
  readonly chartVersion?: string;

  /** The name of the release: the names of its objects begin with it. */
  readonly releaseName: string;

  /**
   * What values.yaml says.
   *
   * @default - the chart's defaults
   */
  readonly values?: { [key: string]: any }; // eslint-disable-line @typescript-eslint/no-explicit-any

  /**
   * Findings of that severity and worse are errors.
   *
   * @default - none is: findings are told on standard error at synth
   */
  readonly strict?: FindingSeverity;

  /**
   * Risks to accept, with reasons. They aren't in `findings` and aren't reported. `property` is a key of the values or a property
   * of the engine. The workload's annotation `cdk8s-dagger.github.io/accepted-risks` lists the reasons.
   *
   * @default - none
   */
  readonly acceptRisks?: AcceptedRisk[];
}

/**
 * The engine of a Helm release, from its values: the objects that the chart would make, by the same names and with the same
 * selectors and volumes, through the same constructs as everyone's engines. What is wrong in the values is in `findings`.
 *
 * The namespace is that of the chart that it is in, and has to be that of the release.
 */
export class HelmRelease extends Construct {
  /**
   * From the values of a release.
   *
   * @param scope a chart with the namespace of the release
   * @param id the construct's id
   * @param props which chart, and its values
   * @throws with every value that the chart can't be told, or that Kubernetes refuses; with `strict` with the findings too
   */
  public static fromValues(scope: Construct, id: string, props: HelmReleaseProps): HelmRelease {
    return new HelmRelease(scope, id, props);
  }

  /** The engine. */
  public readonly engine: Engine;

  /** What is wrong or risky in the values, the worst first. */
  public readonly findings: Finding[];

  /** The objects that the chart has beside those of the engine: a Service, a Secret, a Role. */
  public readonly others: ApiObject[];

  /** @internal */
  public readonly _program: FinishedProgram;

  private constructor(scope: Construct, id: string, props: HelmReleaseProps) {
    super(scope, id);
    const problems = new Problems();
    const { namespace } = Chart.of(this);
    if (namespace === undefined) {
      problems.add('namespace', {
        wrong: 'the chart that the release is in has none',
        allowed: 'a chart with the namespace of the release',
        fix: "for example new Chart(app, 'ci', { namespace: 'ci' })",
      });
    }
    checkSeverity('strict', props.strict, problems);
    acceptRisks(this, props.acceptRisks, problems);
    const findings = new Findings();
    const program = translate(
      { ...props, values: (props.values ?? {}) as ValueMap, namespace: namespace ?? 'default' },
      findings,
      problems,
    );
    if (program !== undefined) {
      judgedValues(program, namespace, findings, problems);
    }
    const defaults = defaultsOf(props);
    const shown = findings.all
      .map((finding) => besideDefaults(finding, defaults))
      .filter(({ key, name, property }) => !isAccepted(this, name, property === undefined ? [key] : [key, property]));
    if (isSeverity(props.strict)) {
      refuse(shown, props.strict, problems);
    }
    problems.throwIfAny(this.node.path, 'HelmRelease');
    const silent = reportRisksElsewhere(this);
    const outcome = run(program!, this);
    this.engine = outcome.engine;
    this.others = [...outcome.others];
    this._program = outcome.program;
    this.findings = shown;
    // The release reports them, at the values.
    outcome.engine._cautions.forEach(({ name }) => silent.add(name));
    const cautions = shown.map(({ name, key, why, fix, severity }): Caution => ({
      name: name as EngineRisk,
      property: key,
      text: `${why}; fix: ${fix}`,
      severity,
    }));
    reportAtSynth(this, () => {
      printWarnings(this, cautions);
      return [];
    });
  }
}

/** Every name that a finding of a release can have. */
export const FINDING_NAMES: readonly string[] = [
  ...new Set([...Object.keys(CHART_FINDINGS), ...Object.keys(RISKS), ...Object.keys(FIXES)]),
].sort();

/** What the chart has by default is there again where it is removed, which does no harm where the chart ignores it. */
function besideDefaults(finding: Finding, defaults: Values): Finding {
  return finding.name === 'ignored-value' || isEmpty(defaults.raw(finding.key))
    ? finding
    : {
        ...finding,
        fix: finding.fix.replace(/^remove (it|the probe)\b/, "write null, which takes the chart's default away"),
      };
}

/** What the constructs say of the engine, as findings at the values; what Kubernetes refuses of it is a problem. */
function judgedValues(
  program: EngineProgram,
  namespace: string | undefined,
  findings: Findings,
  problems: Problems,
): void {
  const { findings: said, refused } = evaluate(program, namespace, 'values');
  // Flags of the chart's own are nobody's to remove: what opens its port is said at the port.
  findings.addAll(said.filter(({ key, name }) => name !== 'unmanaged-flag' || key.startsWith('engine.args')));
  // What is said of a key in the words of the values isn't said again in those of the constructs.
  const isSaid = isWithin(problems.found.map(({ property }) => property));
  const translated = new Problems();
  for (const { key, problem, rest } of refused.filter((one) => !isSaid(one.key))) {
    translated.add(rest === '' ? key : `${key}: ${rest}`, {
      ...problem,
      fix: problem.fix?.replace('to volumes', 'to engine.volumes'),
    });
  }
  // Labels are checked on every object that has them.
  problems.adopt(translated, (property) => property);
}

/** Whether one of the keys is a given one, or below it. */
function isWithin(keys: readonly string[]): (key: string) => boolean {
  return (key) => keys.some((one) => one === key || one.startsWith(`${key}.`) || one.startsWith(`${key}[`));
}

function refuse(findings: readonly Finding[], severity: FindingSeverity, problems: Problems): void {
  for (const { key, name, why, fix, severity: own } of findings) {
    if (isAtLeast(own, severity)) {
      problems.add(key, { wrong: `${own} ${name}: ${why}`, fix: `${fix}, or accept ${riskName(name)}` });
    }
  }
}
