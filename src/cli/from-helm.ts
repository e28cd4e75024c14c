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
import type { Given } from './options';
import { chosen, emitConverted, readIgnored } from './report';
import { readValues, SECOND_DOCUMENT, type ValuesLayers } from './values-layers';

/** `cdk8s-dagger from-helm`. */
export async function fromHelm(given: Given, io: Io): Promise<ExitCode> {
  const ignored = readIgnored('from-helm', given, [...CHART_FINDING_NAMES, SECOND_DOCUMENT]);
  const layers = await readValues(given.texts('values'), io);
  const { chart, release } = made(given, layers);
  const objects = objectsOf(chart);
  const all = [...layers.findings, ...release.findings].map((finding) => located(finding, layers));
  const findings = chosen(all, ignored);
  return emitConverted(findings, given, io, {
    manifests: () => objects,
    typescript: () => program(given, layers, release, findings),
  });
}

function made(given: Given, layers: ValuesLayers): { readonly chart: Chart; readonly release: HelmRelease } {
  const problems = new Problems();
  const namespace = given.required('namespace');
  checkDnsLabel(problems, 'namespace', namespace);
  const chart = new Chart(new App(), 'chart', { namespace });
  const silent = reportRisksElsewhere(chart);
  ENGINE_RISKS.forEach((risk) => silent.add(risk));
  try {
    problems.throwIfAny('from-helm', 'HelmRelease');
    const release = HelmRelease.fromValues(chart, 'release', {
      chart: HelmChart.ALL.find(({ name }) => name === given.required('chart')) as HelmChart,
      chartVersion: given.text('chart-version'),
      releaseName: given.required('release'),
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

/** A problem with the values or with an option, and its place. */
function problemIn({ placeOf }: ValuesLayers): (found: Found) => string {
  return ({ property, problem }) => {
    const option = Object.hasOwn(OPTIONS, property) ? OPTIONS[property] : undefined;
    const place = option === undefined ? placeOf(keyOf(property)) : undefined;
    return `${place === undefined ? '' : `${showPlace(place)}: `}${option ?? property}: ${explanation(problem)}`;
  };
}

/** The options by their properties. */
const OPTIONS: { readonly [property: string]: string | undefined } = {
  chartVersion: '--chart-version',
  namespace: '--namespace',
  releaseName: '--release',
};

/** After the key, a property can name a part of the engine. */
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
    // cdk8s has no class for failed validations.
    if (error instanceof Error && error.message.startsWith('Validation failed')) {
      throw new InputError(`cdk8s-dagger from-helm: ${error.message}`);
    }
    throw error;
  }
}

function program(
  given: Given,
  { sources }: ValuesLayers,
  release: HelmRelease,
  findings: readonly LocatedFinding[],
): string {
  const version = given.text('chart-version');
  const chart = { id: given.required('release'), namespace: given.required('namespace') };
  const program = release._program();
  return programText([{ ...chart, engines: [program], others: program.others }], {
    about: `From ${sources.join(', ')} of the ${given.required('chart')} chart${version === undefined ? '' : ` ${version}`}, release ${given.required('release')}.`,
    // The fixes of these findings address values, not programs.
    notes: findings.filter(({ ignored }) => ignored === undefined).map(({ fix: _, ...note }) => note),
  });
}
