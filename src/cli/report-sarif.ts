import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FindingSeverity, type FindingKind } from '../findings/finding';
import { FINDINGS } from '../findings/finding-kinds';
import { CHART_FINDINGS } from '../helm/chart-findings';
import { docsOf } from './finding-docs';
import { showObject, type LocatedFinding } from './located';
import { shown, STDIN } from './files';
import { SECOND_DOCUMENT, SECOND_DOCUMENT_KIND } from './values-layers';

const LEVELS: { readonly [severity in FindingSeverity]: 'error' | 'warning' | 'note' } = {
  [FindingSeverity.ERROR]: 'error',
  [FindingSeverity.WARNING]: 'warning',
  [FindingSeverity.INFO]: 'note',
};

/**
 * Formats findings for code scanning, as SARIF 2.1.0
 * (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).
 */
export function sarifReport(findings: readonly LocatedFinding[], version: string): string {
  const rules = [...new Map(findings.map((finding) => [finding.name, finding])).values()];
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
            rules: rules.map((finding) => rule(finding, version)),
          },
        },
        results: findings.map((finding) =>
          result(
            finding,
            rules.findIndex(({ name }) => name === finding.name),
          ),
        ),
        columnKind: 'utf16CodeUnits',
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

const KINDS: { readonly [name: string]: FindingKind } = {
  ...FINDINGS,
  ...CHART_FINDINGS,
  [SECOND_DOCUMENT]: SECOND_DOCUMENT_KIND,
};

function rule({ name, severity }: LocatedFinding, version: string): object {
  return {
    id: name,
    shortDescription: { text: KINDS[name]?.title ?? name.replaceAll('-', ' ') },
    helpUri: docsOf(name, version),
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

function result(
  { fix, ignored, key, name, object, place, property, severity, source, why }: LocatedFinding,
  ruleIndex: number,
): object {
  const isInFile = place?.file !== undefined && place.file !== shown(STDIN);
  // Code scanning requires a file for each result.
  const artifactLocation = { uri: isInFile ? uri(place.file as string) : 'stdin' };
  return {
    ruleId: name,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: `${key}: ${why}. Fix: ${fix}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation,
          ...(place?.line !== undefined && { region: { startLine: place.line, startColumn: place.column } }),
        },
        logicalLocations: [{ fullyQualifiedName: object === undefined ? key : `${showObject(object)}: ${key}` }],
      },
    ],
    ...(ignored !== undefined && { suppressions: [{ kind: 'external', justification: ignored }] }),
    properties: { property, source },
  };
}

/** Returns a path as a URI, which is relative if the path is relative. */
function uri(file: string): string {
  return isAbsolute(file)
    ? pathToFileURL(file).href
    : file.replace(/^\.\//, '').split(/[/\\]/).map(encodeURIComponent).join('/');
}
