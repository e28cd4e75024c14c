import { readAcceptances, covers, type Acceptance, type AcceptedRisk } from '../reporting/accepted-risk';
import { Problems } from '../reporting/problems';
import { reportUnused } from '../reporting/acceptances';
import { nearest } from '../reporting/suggestions';
import { checkManifests, type ManifestFinding } from './check-manifests';
import { FindingSeverity, isAtLeast } from './finding';

/** Properties for `EngineValidation`, which cdk8s.yaml sets under `properties`. */
export interface EngineValidationProps {
  /**
   * The lowest severity that fails the synth. Less severe findings are only reported.
   *
   * @default FindingSeverity.ERROR
   */
  readonly failOn?: FindingSeverity;

  /**
   * Risks to accept, with reasons. Use it for engines whose program or manifest you can't change.
   *
   * @default - none
   */
  readonly acceptRisks?: AcceptedRisk[];

  /**
   * Whether each file is for a different cluster, as with `Cluster.separate`. If true, each file is checked separately.
   *
   * @default false - all files are for one cluster
   */
  readonly separateFiles?: boolean;
}

const PROPERTIES = ['failOn', 'acceptRisks', 'separateFiles'];

/**
 * A validation for `cdk8s synth` that checks all engines in the output. In cdk8s.yaml:
 *
 *     validations:
 *       - package: ./node_modules/cdk8s-dagger
 *         version: 0.2.0
 *         class: EngineValidation
 *         properties:
 *           failOn: warning
 */
export class EngineValidation {
  private readonly accepted: Acceptance[];

  /**
   * @param props the severity that fails the synth, and the risks to accept
   * @throws for unknown properties, values of the wrong type, and unknown names of risks
   */
  public constructor(private readonly props: EngineValidationProps = {}) {
    const problems = new Problems();
    for (const name of Object.keys(props).filter((one) => !PROPERTIES.includes(one))) {
      problems.add(name, {
        wrong: 'is not a property of EngineValidation',
        allowed: PROPERTIES.join(', '),
        fix: `use ${nearest(name, PROPERTIES)}, or remove it`,
      });
    }
    checkSeverity('failOn', props.failOn, problems);
    this.accepted = readAcceptances(props.acceptRisks, problems);
    checkFlag('separateFiles', props.separateFiles, problems);
    problems.throwIfAny('cdk8s.yaml', 'EngineValidation');
  }

  /**
   * Checks the synthesized manifests. `cdk8s synth` calls this method.
   *
   * @param context the manifests and the report, as cdk8s-cli passes them
   */
  public validate(context: unknown): void {
    const { manifests, report } = context as ValidationContext;
    const files = manifests.map((path) =>
      (context as ValidationContext).parseManifest(path).map((document): FiledDocument => ({ path, document })),
    );
    const found = (this.props.separateFiles === true ? files : [files.flat()])
      .flatMap(check)
      .filter(({ finding }) => !this.accepts(finding));
    this.checkUsed();
    for (const {
      finding: { fix, key, name, object, severity, why },
      path,
    } of found) {
      report.addViolation({
        ruleName: `${severity}: ${name}`,
        recommendation: why,
        fix,
        violatingResources: [{ resourceName: object.name, manifestPath: path, locations: [key] }],
      });
    }
    const fails = found.some(({ finding }) => isAtLeast(finding.severity, this.props.failOn ?? FindingSeverity.ERROR));
    report.submit(
      fails ? 'failure' : 'success',
      Object.fromEntries(
        Object.values(FindingSeverity).map((severity) => [
          `${severity}s`,
          String(found.filter(({ finding }) => finding.severity === severity).length),
        ]),
      ),
    );
  }

  private accepts({ key, name, property }: ManifestFinding): boolean {
    const accepting = this.accepted.filter((one) =>
      covers(one, name, property === undefined ? [key] : [key, property]),
    );
    accepting.forEach((one) => (one.used = true));
    return accepting.length > 0;
  }

  private checkUsed(): void {
    const problems = new Problems();
    reportUnused(this.accepted, problems);
    problems.throwIfAny('cdk8s.yaml', 'EngineValidation');
  }
}

/**
 * The part of cdk8s-cli's type that is used here (lib/plugins/validation.d.ts@2.207.60). The library doesn't depend on
 * cdk8s-cli.
 */
interface ValidationContext {
  readonly manifests: readonly string[];
  parseManifest(path: string): unknown[];
  readonly report: {
    addViolation(violation: {
      readonly ruleName: string;
      readonly recommendation: string;
      readonly fix: string;
      readonly violatingResources: ReadonlyArray<{
        readonly resourceName: string;
        readonly manifestPath: string;
        readonly locations: readonly string[];
      }>;
    }): void;
    submit(status: 'success' | 'failure', metadata: { readonly [name: string]: string }): void;
  };
}

/** A document, and the file that it is in. */
interface FiledDocument {
  readonly path: string;
  readonly document: unknown;
}

function check(
  documents: readonly FiledDocument[],
): Array<{ readonly finding: ManifestFinding; readonly path: string }> {
  return checkManifests(documents.map(({ document }) => document)).map((finding) => ({
    finding,
    path: documents[finding.document.index]!.path,
  }));
}

function checkFlag(property: string, given: unknown, problems: Problems): void {
  if (given !== undefined && typeof given !== 'boolean') {
    problems.add(property, {
      wrong: 'must be a boolean',
      got: given,
      allowed: 'true or false',
      fix: given === 'true' || given === 'false' ? `set it to ${given}, without quotes` : 'set it to true or false',
    });
  }
}

const SEVERITIES: readonly unknown[] = Object.values(FindingSeverity);

function checkSeverity(property: string, given: unknown, problems: Problems): void {
  if (given !== undefined && !SEVERITIES.includes(given)) {
    problems.add(property, {
      wrong: 'must be a severity',
      got: given,
      allowed: SEVERITIES.join(', '),
      fix: `use ${nearest(String(given), SEVERITIES as string[])}`,
    });
  }
}
