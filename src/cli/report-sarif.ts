import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FindingSeverity, type FindingKind } from '../findings/finding';
import { FINDINGS } from '../findings/finding-kinds';
import { CHART_FINDINGS } from '../helm/chart-findings';
import { docsOf } from '../reporting/documentation';
import { showObject, type LocatedFinding, type Place, type Reported } from './located';
import { shown, STDIN } from './files';
import { SECOND_DOCUMENT, SECOND_DOCUMENT_KIND } from './values-layers';

const LEVELS: { readonly [severity in FindingSeverity]: 'error' | 'warning' | 'note' } = {
  [FindingSeverity.ERROR]: 'error',
  [FindingSeverity.WARNING]: 'warning',
  [FindingSeverity.INFO]: 'note',
};

/** A result for code scanning. */
export interface SarifResult extends Reported {
  /** The description of all results with this name. */
  readonly title: string;
  /** The address of the page about them. */
  readonly docs: string;
  readonly message: string;
  readonly place?: Place;
  /** The name of the object and of the field. */
  readonly location: string;
  readonly properties?: object;
}

const KINDS: { readonly [name: string]: FindingKind } = {
  ...FINDINGS,
  ...CHART_FINDINGS,
  [SECOND_DOCUMENT]: SECOND_DOCUMENT_KIND,
};

/** Formats findings for code scanning. */
export function sarifReport(findings: readonly LocatedFinding[], version: string): string {
  const results = findings.map(({ fix, ignored, key, name, object, place, property, severity, source, why }) => ({
    ...{ name, severity, ignored, place },
    title: KINDS[name]?.title ?? name.replaceAll('-', ' '),
    docs: docsOf(name),
    message: `${key}: ${why}. Fix: ${fix}`,
    location: object === undefined ? key : `${showObject(object)}: ${key}`,
    properties: { property, source },
  }));
  return sarifLog(results, version);
}

/**
 * Formats results as SARIF 2.1.0
 * (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).
 */
export function sarifLog(results: readonly SarifResult[], version: string): string {
  const rules = [...new Map(results.map((result) => [result.name, result])).values()];
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'cdk8s-dagger',
            version,
            informationUri: 'https://github.com/cdk8s-dagger/cdk8s-dagger',
            rules: rules.map(ruleOf),
          },
        },
        results: results.map((result) =>
          resultOf(
            result,
            rules.findIndex(({ name }) => name === result.name),
          ),
        ),
        columnKind: 'utf16CodeUnits',
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function ruleOf({ docs, name, severity, title }: SarifResult): object {
  return {
    id: name,
    shortDescription: { text: title },
    helpUri: docs,
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

function resultOf(
  { ignored, location, message, name, place, properties, severity }: SarifResult,
  ruleIndex: number,
): object {
  const isInFile = place?.file !== undefined && place.file !== shown(STDIN);
  // Code scanning requires a file for each result.
  const artifactLocation = { uri: isInFile ? uri(place.file as string) : 'stdin' };
  return {
    ruleId: name,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation,
          ...(place?.line !== undefined && { region: { startLine: place.line, startColumn: place.column } }),
        },
        logicalLocations: [{ fullyQualifiedName: location }],
      },
    ],
    ...(ignored !== undefined && { suppressions: [{ kind: 'external', justification: ignored }] }),
    ...(properties && { properties }),
  };
}

/** Returns a path as a URI, which is relative if the path is relative. */
function uri(file: string): string {
  return isAbsolute(file)
    ? pathToFileURL(file).href
    : file.replace(/^\.\//, '').split(/[/\\]/).map(encodeURIComponent).join('/');
}
