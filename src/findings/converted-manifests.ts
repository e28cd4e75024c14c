import { ApiObject, App } from 'cdk8s';
import { runCharts } from '../program/engine-program';
import type { Note } from '../program/notes';
import { programText } from '../program/typescript';
import { convert, type Conversion } from '../reading/conversion';
import { Inventory } from '../reading/inventory';
import { chartsOf } from '../reading/manifest-charts';
import { asWritten } from '../reading/server-fields';
import { reason } from '../reporting/problems';
import { checkInventory, type Show } from './check-inventory';
import { locate, type ManifestFinding } from './check-manifests';

/** The result of converting manifests to a program. */
export interface ConvertedManifests {
  /** The findings in the manifests, the worst first. */
  readonly findings: readonly ManifestFinding[];
  /** A sentence about each engine that no construct can create. The program contains its object unchanged. */
  readonly notConverted: readonly string[];
  /** Returns the objects that the program creates. */
  readonly manifests: () => unknown[];
  /** Returns the program in TypeScript; `about` is the comment at its top. */
  readonly typescript: (about: string) => string;
}

/**
 * Converts the manifests of one cluster to a program that creates the same objects. The program leaves out fields that
 * the API server sets, and objects that a controller created.
 *
 * @param documents the documents of the manifests; Lists and documents that aren't Kubernetes objects are allowed
 * @param show shows the progress of a long run
 */
export function fromManifests(documents: readonly unknown[], show?: Show): ConvertedManifests {
  const inventory = Inventory.ofDocuments(documents, asWritten);
  const found = checkInventory(inventory, show);
  const findings = found.map((finding) => locate(finding, inventory));
  const conversion = convert(inventory, { show });
  const charts = chartsOf(conversion);
  const app = new App();
  const finished = runCharts(charts, app);
  const notes = found.map(({ fixInProgram, key, name, property, severity, why }, index): Note => {
    const { key: path, object } = findings[index]!;
    return { key, name, property, severity, why, fix: fixInProgram, shownKey: `${object.kind} ${object.name} ${path}` };
  });
  return {
    findings,
    notConverted: notConverted(conversion),
    manifests: () =>
      app.node
        .findAll()
        .filter(ApiObject.isApiObject)
        .map((object): unknown => object.toJson()),
    typescript: (about) => programText(finished, { about: [about, ...notConverted(conversion)].join(' '), notes }),
  };
}

function notConverted({ rejected }: Conversion): string[] {
  return rejected.map(({ object: { kind, name }, reasons }) => {
    const all = reasons.map(({ problem, property }) => `${property}: ${reason(problem)}`).join('; ');
    return `No construct can create the ${kind} ${name}, so the program contains the object unchanged: ${all}.`;
  });
}
