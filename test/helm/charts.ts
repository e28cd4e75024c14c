import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { HelmChart } from '../../src/index';
import type { ChartValues } from './chart-values';

/** A published chart, unpacked. */
export interface UnpackedChart {
  readonly folder: string;
  readonly chart: HelmChart;
  readonly version: string;
}

/** Describes the missing tools for the comparison with the real charts. Returns undefined if none is missing. */
export function missingTools({ HELM, HELM_CHARTS }: NodeJS.ProcessEnv): string | undefined {
  if (HELM === undefined || HELM_CHARTS === undefined) {
    return 'HELM (the program helm, version 3) and HELM_CHARTS (a folder with a chart in each of its folders, such as what `helm pull oci://registry.dagger.io/dagger-helm --version 0.21.7 --untar --untardir official-0.21.7` leaves there)';
  }
  if (spawnSync(HELM, ['version']).status !== 0) {
    return `a helm that runs: HELM is ${JSON.stringify(HELM)}`;
  }
  return chartsIn(HELM_CHARTS).length === 0
    ? `a Chart.yaml in a folder of HELM_CHARTS, which is ${JSON.stringify(HELM_CHARTS)}`
    : undefined;
}

/** Returns the charts in a folder and its subfolders. Each chart is recognized by its templates. */
export function chartsIn(folder: string): UnpackedChart[] {
  const folders = (of: string): string[] =>
    readdirSync(of)
      .map((name) => join(of, name))
      .filter((entry) => statSync(entry).isDirectory());
  return folders(folder)
    .flatMap((child) => [child, ...folders(child)])
    .filter((child) => existsSync(join(child, 'Chart.yaml')))
    .map((child) => ({
      folder: child,
      chart: chartIn(child),
      version: parse(readFileSync(join(child, 'Chart.yaml'), 'utf8')).version as string,
    }));
}

function chartIn(folder: string): HelmChart {
  const has = (template: string): boolean => existsSync(join(folder, 'templates', template));
  return has('engine-deployment.yaml')
    ? HelmChart.GSTACKIO
    : has('rolebinding.yaml')
      ? HelmChart.KUBIYA
      : HelmChart.OFFICIAL;
}

/** The arguments of `helm template` for a release. */
export interface Release {
  readonly releaseName: string;
  readonly namespace: string;
  readonly values: ChartValues;
}

/** Runs `helm template`. Returns its output or its error. */
export async function render(
  helm: string,
  { folder }: UnpackedChart,
  { namespace, releaseName, values }: Release,
): Promise<{ readonly rendered: string } | { readonly failure: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'cdk8s-dagger-helm-'));
  const file = join(directory, 'values.json');
  writeFileSync(file, JSON.stringify(values));
  try {
    return await new Promise((resolve) => {
      execFile(
        helm,
        ['template', releaseName, folder, '--namespace', namespace, '--values', file],
        (error, stdout, stderr) => resolve(error === null ? { rendered: stdout } : { failure: stderr }),
      );
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
