import { App, Chart } from 'cdk8s';
import { HelmChart } from '../helm/helm-chart';
import { CHART_FINDING_NAMES } from '../helm/chart-findings';
import { HelmRelease } from '../helm/helm-release';
import { checkDnsLabel } from '../kubernetes/names';
import { explanation, Problems, ValidationError, type Found } from '../reporting/problems';
import { programText } from '../program/typescript';
import { ENGINE_RISKS } from '../reporting/engine-risk';
import { reportRisksElsewhere } from '../reporting/acceptances';
import { InputError, rejectIfAny, type ExitCode, type Io } from './io';
import { showPlace, type LocatedFinding } from './located';
import type { Arguments } from './options';
import { withIgnored, emitConverted, readIgnored } from './report';
import { readValues, SECOND_DOCUMENT, type ValuesLayers } from './values-layers';

/** Runs `cdk8s-dagger from-helm`. */
export async function fromHelm(args: Arguments, io: Io): Promise<ExitCode> {
  const ignored = readIgnored('from-helm', args, [...CHART_FINDING_NAMES, SECOND_DOCUMENT]);
  const layers = await readValues(args.texts('values'), io);
  const { chart, release } = createRelease(args, layers);
  const objects = objectsOf(chart);
  const all = [...layers.findings, ...release.findings].map((finding) => located(finding, layers));
  const findings = withIgnored(all, ignored);
  return emitConverted(findings, args, io, {
    manifests: () => objects,
    typescript: () => program(args, layers, release, findings),
  });
}

function createRelease(
  args: Arguments,
  layers: ValuesLayers,
): { readonly chart: Chart; readonly release: HelmRelease } {
  const problems = new Problems();
  const namespace = args.required('namespace');
  checkDnsLabel(problems, 'namespace', namespace);
  const chart = new Chart(new App(), 'chart', { namespace });
  const silent = reportRisksElsewhere(chart);
  ENGINE_RISKS.forEach((risk) => silent.add(risk));
  try {
    problems.throwIfAny('from-helm', 'HelmRelease');
    const release = HelmRelease.fromValues(chart, 'release', {
      chart: HelmChart.ALL.find(({ name }) => name === args.required('chart')) as HelmChart,
      chartVersion: args.text('chart-version'),
      releaseName: args.required('release'),
      values: layers.values,
    });
    return { chart, release };
  } catch (error) {
    if (error instanceof ValidationError) {
      rejectIfAny('from-helm', error.found.map(problemIn(layers)));
    }
    throw error;
  }
}

/** Returns a function that formats a problem with the values or with an option. */
function problemIn({ placeOf }: ValuesLayers): (found: Found) => string {
  return ({ property, problem }) => {
    const option = Object.hasOwn(OPTIONS, property) ? OPTIONS[property] : undefined;
    const place = option === undefined ? placeOf(keyOf(property)) : undefined;
    return `${place === undefined ? '' : `${showPlace(place)}: `}${option ?? property}: ${explanation(problem)}`;
  };
}

/** Maps the properties of `HelmRelease` to the options of the command. */
const OPTIONS: { readonly [property: string]: string | undefined } = {
  chartVersion: '--chart-version',
  namespace: '--namespace',
  releaseName: '--release',
};

/**
 * Returns the key of a value. A property can have the form `KEY: PATH`, where PATH is the path of an engine's field.
 */
function keyOf(property: string): string {
  return property.split(': ')[0] as string;
}

function located(finding: LocatedFinding, { placeOf }: ValuesLayers): LocatedFinding {
  const place = finding.place ?? placeOf(keyOf(finding.key));
  return place === undefined ? finding : { ...finding, place };
}

function objectsOf(chart: Chart): unknown[] {
  try {
    return chart.toJson() as unknown[];
  } catch (error) {
    // cdk8s throws a plain Error if a validation fails.
    if (error instanceof Error && error.message.startsWith('Validation failed')) {
      throw new InputError(`cdk8s-dagger from-helm: ${error.message}`);
    }
    throw error;
  }
}

function program(
  args: Arguments,
  { sources }: ValuesLayers,
  release: HelmRelease,
  findings: readonly LocatedFinding[],
): string {
  const version = args.text('chart-version');
  const chart = { id: args.required('release'), namespace: args.required('namespace') };
  const program = release._program();
  return programText([{ ...chart, engines: [program], others: program.others }], {
    about: `From ${sources.join(', ')} of the ${args.required('chart')} chart${version === undefined ? '' : ` ${version}`}, release ${args.required('release')}.`,
    // `fix` is about values, which the program replaces.
    notes: findings
      .filter(({ ignored }) => ignored === undefined)
      .map(({ fixInProgram, ...note }) => ({ ...note, fix: fixInProgram })),
  });
}
