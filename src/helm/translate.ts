import { reportImage } from '../findings/image-rules';
import { chooseImage, PUBLISHED, type ChosenImage } from '../reading/engine-image';
import type { Field } from '../reading/field';
import type { Findings } from '../findings/finding';
import { Problems } from '../reporting/problems';
import type { EngineProgram } from '../program/engine-program';
import { report } from './chart-findings';
import { gstackioProgram } from './gstackio';
import { renderGstackio } from './gstackio-template';
import { GSTACKIO_DEFAULTS, GSTACKIO_KEYS, gstackioSections } from './gstackio-values';
import { HelmChart, type ChartVersion } from './helm-chart';
import { kubiyaProgram } from './kubiya';
import { renderKubiya } from './kubiya-template';
import { KUBIYA_DEFAULTS, KUBIYA_KEYS, kubiyaSections } from './kubiya-values';
import { releaseNames } from './names';
import { officialProgram } from './official';
import { renderOfficial } from './official-template';
import { officialDefaults, officialKeys, officialSections } from './official-values';
import { rendered } from './template';
import { checkName, type Translation } from './translation';
import { reportUnknownKeys } from './unknown-keys';
import { reportUnread, unread, withoutUnread } from './unread';
import { checkUnquoted } from './unquoted';
import { isPassedOn, knownOnly, type KnownKeys } from './known-keys';
import { checkKeys, checkSections, checkTypes } from './value-types';
import { coalesce, isMap, Values, type ValueMap } from './values';

/** What is translated. */
export interface Source {
  readonly chart: HelmChart;
  readonly chartVersion?: string;
  readonly releaseName: string;
  readonly namespace: string;
  readonly values: ValueMap;
}

/** What is to be known of a chart to translate its values. */
interface ChartTraits {
  readonly keys: KnownKeys;
  readonly defaults: ValueMap;
  readonly sections: (values: Values) => readonly string[];
  readonly image: (values: Values) => readonly [reference: string, key: string, otherwise: string];
  readonly program: (translation: Translation, image: ChosenImage) => EngineProgram | undefined;
  readonly render: (release: Translation) => Field[];
}

function traitsOf(chart: HelmChart, version: ChartVersion): ChartTraits {
  const published = `${PUBLISHED}:v${version.written}`;
  switch (chart.name) {
    case 'gstackio':
      return {
        keys: GSTACKIO_KEYS,
        defaults: GSTACKIO_DEFAULTS,
        sections: gstackioSections,
        image: (values) => [
          `${values.text('engine.image.repository') ?? ''}:${values.text('engine.image.tag') ?? `v${version.written}`}`,
          values.text('engine.image.repository') === undefined ? 'engine.image.repository' : 'engine.image.tag',
          'v0.12.3',
        ],
        program: gstackioProgram,
        render: renderGstackio,
      };
    case 'kubiya':
      return {
        keys: KUBIYA_KEYS,
        defaults: KUBIYA_DEFAULTS,
        sections: kubiyaSections,
        image: (values) => [values.text('engine.image.ref') ?? published, 'engine.image.ref', 'v0.18.16'],
        program: kubiyaProgram,
        render: renderKubiya,
      };
    default:
      return {
        keys: officialKeys(version),
        defaults: officialDefaults(version),
        sections: (values) => officialSections(values, version),
        image: (values) => [
          values.text('engine.image.ref') ?? published,
          'engine.image.ref',
          `v${version.written.replace(/\+.*$/, '')}`,
        ],
        program: officialProgram,
        render: renderOfficial,
      };
  }
}

/** What the chart says where nobody says otherwise. */
export function defaultsOf({ chart, chartVersion }: Pick<Source, 'chart' | 'chartVersion'>): Values {
  const version = chart._version(chartVersion, new Problems());
  return new Values(version === undefined ? {} : traitsOf(chart, version).defaults);
}

/** The engine of a release as a program. What is wrong with the values goes to `problems`, what is risky to `findings`. */
export function translate(source: Source, findings: Findings, problems: Problems): EngineProgram | undefined {
  const translation = readRelease(source, findings, problems);
  if (translation === undefined) {
    return undefined;
  }
  const { image, program } = traitsOf(translation.chart, translation.version);
  return program(translation, chooseImage(...image(translation.values)));
}

/** The objects that the chart renders for a release. */
export function renderRelease(release: Translation): Field[] {
  return traitsOf(release.chart, release.version).render(release).map(rendered);
}

/** Reads the values of a release. Returns undefined, and reports why, if they can't be used. */
export function readRelease(source: Source, findings: Findings, problems: Problems): Translation | undefined {
  const { chart, namespace, releaseName, values: given } = source;
  const version = chart._version(source.chartVersion, problems);
  checkReleaseName(releaseName, problems);
  if (version === undefined) {
    return undefined;
  }
  if (source.chartVersion === undefined && chart.oldestVersion !== chart.newestVersion) {
    report(
      findings,
      'chart-version-assumed',
      'chartVersion',
      `no version is given; the newest stable version, ${version.written}, is assumed, and with it the release of the engine`,
      'set the version that helm list shows',
    );
  } else if (version.isNewer) {
    report(
      findings,
      'newer-chart',
      'chartVersion',
      `${version.written} is newer than ${chart.newestVersion}, the newest version that the library knows, and is read like it`,
      'compare the result with the output of helm template',
    );
  }
  const { defaults, image, keys, sections } = traitsOf(chart, version);
  if (!isMap(given)) {
    problems.add('values', {
      wrong: 'not the values of a chart',
      got: given,
      allowed: 'a map',
      fix: 'give what values.yaml holds',
    });
    return undefined;
  }
  checkKeys(given, problems);
  reportUnknownKeys(given, keys, chart, findings);
  const merged = coalesce(defaults, given);
  checkTypes(merged, keys, problems);
  if (problems.messages.length > 0) {
    return undefined;
  }
  const known = new Values(knownOnly(merged, keys));
  checkSections(known, sections(known), problems);
  if (problems.messages.length > 0) {
    return undefined;
  }
  const rules = unread(chart, version, known);
  reportUnread(given, defaults, keys, rules, findings);
  const values = withoutUnread(known, rules);
  const [reference, key, otherwise] = image(values);
  // Of the image that kubiya's chart makes of its own version there is a finding of its own.
  if (chart !== HelmChart.KUBIYA || values.text('engine.image.ref') !== undefined) {
    reportImage(reference, key, otherwise, findings);
  }
  const chosen = chooseImage(reference, key, otherwise);
  const translation: Translation = {
    chart,
    version,
    releaseName,
    namespace,
    values,
    given,
    findings,
    problems,
    engine: chosen.version,
    names: releaseNames(releaseName, {
      nameOverride: values.text('nameOverride'),
      fullnameOverride: values.text('fullnameOverride'),
    }),
  };
  checkUnquotedTexts(translation, keys);
  // Every object has it, and would be refused for it.
  checkName(
    'nameOverride',
    {
      of: 'the label app.kubernetes.io/name',
      name: translation.names.name,
      max: 63,
      kind: 'labelValue',
      override: 'nameOverride',
    },
    problems,
  );
  if (problems.messages.length > 0) {
    return undefined;
  }
  return translation;
}

/** Keys whose texts the templates quote, append to another one, or only compare. */
const QUOTED = [
  'engine.config',
  'engine.configJson',
  'engine.image.repository',
  'engine.image.tag',
  'engine.kind',
  'fullnameOverride',
  'magicache.token',
  'nameOverride',
  'volumeMountsPostfix',
];

/** Texts that the templates write as they are. */
function checkUnquotedTexts(
  { findings, names, namespace, problems, releaseName, values }: Translation,
  keys: KnownKeys,
): void {
  const check = (key: string, text: string | undefined): void => {
    if (text !== undefined) {
      checkUnquoted(key, text, findings, problems);
    }
  };
  check('releaseName', releaseName);
  check('namespace', namespace);
  check('nameOverride', names.name);
  check('fullnameOverride', values.flag('engine.newServiceAccount.create') ? names.fullname : undefined);
  for (const key of Object.keys(keys).filter(
    (one) => keys[one] === 'text' && !QUOTED.includes(one) && !isPassedOn(one, keys) && !one.includes('[]'),
  )) {
    check(key, values.text(key));
  }
}

/** As Helm has it (pkg/chartutil/validate_name.go). */
function checkReleaseName(name: string, problems: Problems): void {
  if (
    typeof name !== 'string' ||
    name.length > 53 ||
    !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name)
  ) {
    problems.add('releaseName', {
      wrong: 'not a name that a Helm release can have',
      got: name,
      allowed: "lower-case letters, digits, '-' and '.', at most 53 characters",
      fix: 'give the name that helm list shows',
    });
  }
}
