import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { kubernetesVersions, program } from '../cluster/programs';
import type { TestCluster } from './cluster';
import { clientImage, engineStandInImage, ghostunnelImage } from './images/images';
import type { Image } from './images/oci-archive';
import { onCluster, type Suite } from './suite';

/** The image of the clients of the stand-in engine. */
export const CLIENT_IMAGE = 'node.test/client:1';

/** The release of the stand-in engine in manifests. */
const STAND_IN_VERSION = 'v0.21.8';

/** An engine that pods run. */
export interface TestEngine {
  /** The title in test names. */
  readonly title: string;
  /** The release, as the programs under test name it. */
  readonly version: string;
  /** The OCI archive of a real engine. Undefined for the stand-in, which is not a Dagger Engine. */
  readonly archive?: string;
}

export interface EngineSuite extends Suite {
  readonly engine: TestEngine;
  /** A scenario that only a real engine can show. It is skipped with the stand-in. */
  readonly realScenario: Suite['scenario'];
}

/** Runs tests with each real engine in `ENGINE_IMAGES`, or with the stand-in engine. The titles name the engine. */
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

/**
 * The engines of the folder in `ENGINE_IMAGES`. It has one OCI archive for each release, with the name of the release, such
 * as `v0.21.8.tar`.
 */
function engines(): TestEngine[] {
  const folder = process.env.ENGINE_IMAGES;
  if (folder === undefined) {
    return [{ title: 'stand-in engine', version: STAND_IN_VERSION }];
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

/** The images that are built for the tests. The first use builds their programs. */
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
