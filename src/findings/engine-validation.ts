import { readAcceptances, covers, type Acceptance, type AcceptedRisk } from '../reporting/accepted-risk';
import { Problems } from '../reporting/problems';
import { reportUnused } from '../reporting/acceptances';
import { nearest } from '../reporting/suggestions';
import { checkManifests, type ManifestFinding } from './check-manifests';
import { FindingSeverity, isAtLeast } from './finding';

/** The `properties` of the validation in cdk8s.yaml. */
export interface EngineValidationProps {
  /**
   * Findings of that severity and worse fail the synth; the others are in the report.
   *
   * @default FindingSeverity.ERROR
   */
  readonly strict?: FindingSeverity;

  /**
   * Risks to accept, with reasons, for engines whose program or manifest can't. They aren't in the report.
   *
   * @default - none
   */
  readonly acceptRisks?: AcceptedRisk[];

  /**
   * Whether each file is for a different cluster, as with `Cluster.separate`. Then a file is checked without
   * what is in the others.
   *
   * @default false - all files are for one cluster
   */
  readonly separateFiles?: boolean;
}

const PROPERTIES = ['strict', 'acceptRisks', 'separateFiles'];

/**
 * A validation for `cdk8s synth` that checks all engines in the output. In cdk8s.yaml:
 *
 *     validations:
 *       - package: ./node_modules/cdk8s-dagger
 *         version: 0.1.0
 *         class: EngineValidation
 *         properties:
 *           strict: warning
 */
export class EngineValidation {
  private readonly accepted: Acceptance[];

  /**
   * @param props what fails, and what is fine
   * @throws for properties that it doesn't have, values of another type, and names that no finding has
   */
  public constructor(private readonly props: EngineValidationProps = {}) {
    const problems = new Problems();
    for (const name of Object.keys(props).filter((one) => !PROPERTIES.includes(one))) {
      problems.add(name, {
        wrong: 'no such property',
        allowed: PROPERTIES.join(', '),
        fix: `the nearest is ${nearest(name, PROPERTIES)}`,
      });
    }
    checkSeverity('strict', props.strict, problems);
    this.accepted = readAcceptances(props.acceptRisks, problems);
    checkFlag('separateFiles', props.separateFiles, problems);
    problems.throwIfAny('cdk8s.yaml', 'EngineValidation');
  }

  /**
   * Called by `cdk8s synth`.
   *
   * @param context what cdk8s-cli knows of the manifests, and the report that it prints
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
    const fails = found.some(({ finding }) => isAtLeast(finding.severity, this.props.strict ?? FindingSeverity.ERROR));
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

/** As cdk8s-cli has it (lib/plugins/validation.d.ts@2.207.60), which nothing here depends on. */
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
      wrong: 'neither true nor false',
      got: given,
      allowed: 'true or false',
      fix: given === 'true' || given === 'false' ? `write ${given}, without quotes` : 'write one of them',
    });
  }
}

const SEVERITIES: readonly unknown[] = Object.values(FindingSeverity);

function checkSeverity(property: string, given: unknown, problems: Problems): void {
  if (given !== undefined && !SEVERITIES.includes(given)) {
    problems.add(property, {
      wrong: 'not a severity',
      got: given,
      allowed: SEVERITIES.join(', '),
      fix: `the nearest is ${nearest(String(given), SEVERITIES as string[])}`,
    });
  }
}
