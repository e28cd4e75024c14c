import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { kubernetesVersions, program } from '../cluster/programs';
import type { TestCluster } from './cluster';
import { clientImage, engineStandInImage, ghostunnelImage } from './images/images';
import type { Image } from './images/oci-archive';
import { onCluster, type Suite } from './suite';

/** The image of client pods. */
export const CLIENT_IMAGE = 'node.test/client:1';

/** The engine release that manifests request for the stand-in engine. */
const STAND_IN_VERSION = 'v0.21.8';

/** An engine under test. */
export interface TestEngine {
  /** The name of the engine in test titles. */
  readonly title: string;
  /** The release in the `version` property of programs. */
  readonly version: string;
  /** The OCI archive of a real engine, or undefined for the stand-in. */
  readonly archive?: string;
}

export interface EngineSuite extends Suite {
  readonly engine: TestEngine;
  /** Defines a test that needs a real engine. The test is skipped with the stand-in. */
  readonly realScenario: Suite['scenario'];
}

/** Defines tests for each real engine in `ENGINE_IMAGES`, or for the stand-in. The titles name the engine. */
export function onEngines(tests: (suite: EngineSuite) => void): void {
  for (const engine of engines()) {
    onCluster(engine.title, (suite) => {
      beforeAll(() => importEngine(suite.cluster(), engine), 300_000);
      tests({
        ...suite,
        engine,
        realScenario:
          engine.archive === undefined
            ? (title) => test.skip(`${title} (needs ENGINE_IMAGES)`, () => {})
            : suite.scenario,
      });
    });
  }
}

/** Returns the real engines, or else the stand-in. */
function engines(): TestEngine[] {
  return process.env.ENGINE_IMAGES === undefined
    ? [{ title: 'stand-in engine', version: STAND_IN_VERSION }]
    : realEngines();
}

/**
 * Returns the engines in the folder `ENGINE_IMAGES`, which contains an OCI archive for each release. The file name is
 * the release, as in `v0.21.8.tar`.
 */
export function realEngines(): TestEngine[] {
  const folder = process.env.ENGINE_IMAGES;
  if (folder === undefined) {
    return [];
  }
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const version = /^(v\d+\.\d+\.\d+(-[\w.]+)?)\.tar$/.exec(file)?.[1];
      if (version === undefined) {
        throw new Error(`ENGINE_IMAGES: ${file} has no release in its name; expected a name such as v0.21.8.tar`);
      }
      return { title: `engine ${version}`, version, archive: resolve(folder, file) };
    });
}

/** Returns the images to build for the tests. Builds their programs once. */
export function testImages(): Image[] {
  const [kubernetes] = kubernetesVersions().slice(-1);
  return [
    clientImage(CLIENT_IMAGE, program(kubernetes, 'kubectl')),
    ghostunnelImage('v1.11.0-distroless'),
    ...(process.env.ENGINE_IMAGES === undefined
      ? [engineStandInImage([`registry.dagger.io/engine:${STAND_IN_VERSION}`])]
      : []),
  ];
}

async function importEngine(cluster: TestCluster, { archive }: TestEngine): Promise<void> {
  await cluster.importImages(testImages());
  if (archive !== undefined) {
    await cluster.importImage(archive);
  }
}
