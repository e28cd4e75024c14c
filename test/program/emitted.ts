import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { type Finding, HelmChart, HelmRelease } from 'cdk8s-dagger';
import { inside, type Expression } from '../../src/program/expression';
import { withSecretsFromEnv } from '../../src/program/secret-variables';
import { programText } from '../../src/program/typescript';

/** A Helm release of one of the charts. */
export interface Release {
  readonly chart: string;
  readonly chartVersion?: string | undefined;
  readonly releaseName: string;
  readonly values: { [key: string]: any };
}

/** The manifests of a Helm release, and the program that must create the same manifests. */
export interface Emitted {
  readonly yaml: string;
  readonly text: string;
  readonly findings: readonly Finding[];
  /** The secrets that the program reads from its environment. */
  readonly secrets: { readonly [variable: string]: string };
}

/** Returns the manifests of a Helm release and its program. */
export function emit({ chart, chartVersion, releaseName, values }: Release): Emitted {
  const made = synthesized((app) => {
    const scope = new Chart(app, releaseName, { namespace: 'ci' });
    return HelmRelease.fromValues(scope, 'release', {
      chart: HelmChart.ALL.find(({ name }) => name === chart)!,
      chartVersion,
      releaseName,
      values,
    });
  });
  const { findings } = made.result;
  const program = made.result._program();
  const apart = withSecretsFromEnv(program);
  const emitted = { id: releaseName, namespace: 'ci', engines: [program], others: program.others };
  const text = programText([emitted], {
    about: `The Dagger Engine of release ${releaseName} of the ${chart} chart.`,
    notes: findings.map(({ fixInProgram, ...note }) => ({ ...note, fix: fixInProgram })),
  });
  const secrets = [apart.props, ...apart.others.map(({ manifest }) => manifest)].flatMap(secretsIn);
  return {
    yaml: made.yaml,
    text,
    findings,
    secrets: Object.fromEntries(secrets.map(({ variable, value }) => [variable, value])),
  };
}

type Secret = Extract<Expression, { kind: 'secret' }>;

/** Returns the secrets among the arguments and properties in an expression. */
function secretsIn(expression: Expression): Secret[] {
  const args = (one: Expression): readonly Expression[] => (one.kind === 'call' ? one.args : []);
  return [expression, ...inside(expression)]
    .flatMap((one) => [one, ...args(one)])
    .filter((one): one is Secret => one.kind === 'secret');
}

/** Synthesizes into a temporary folder. If `make` creates its own app, this app uses the folder too. */
export function synthesized<T>(make: (app: App) => T): { result: T; yaml: string } {
  const folder = mkdtempSync(join(tmpdir(), 'program-'));
  const before = process.env.CDK8S_OUTDIR;
  process.env.CDK8S_OUTDIR = folder;
  try {
    const app = new App();
    const result = make(app);
    if (app.charts.length > 0) {
      app.synth();
    }
    return {
      result,
      yaml: readdirSync(folder)
        .sort()
        .map((file) => `# ${file}\n${readFileSync(join(folder, file), 'utf8')}`)
        .join(''),
    };
  } finally {
    process.env.CDK8S_OUTDIR = before;
    rmSync(folder, { recursive: true });
  }
}
