import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { kubernetesVersions, program } from '../cluster/programs';
import { missingDebian } from './images/debian';
import { clientImage, engineStandInImage, ghostunnelImage } from './images/images';
import type { Image } from './images/oci-archive';
import { onCluster, type Suite } from './suite';

/** The image of the clients of the stand-in engine. */
export const CLIENT_IMAGE = 'node.test/client:1';

/** The release that the stand-in engine has in manifests. */
const STAND_IN_VERSION = 'v0.21.8';

/** An engine that pods run. */
export interface TestEngine {
  /** For the names of tests. */
  readonly title: string;
  /** The release, as the programs under test name it. */
  readonly version: string;
  /** The OCI archive of a real engine. Undefined for the stand-in, which is not a Dagger Engine. */
  readonly archive?: string;
}

export interface EngineSuite extends Suite {
  readonly engine: TestEngine;
}

/**
 * The engines of the folder in `ENGINE_IMAGES`, one OCI archive for each release, whose name has the release, such as
 * `v0.21.8.tar`. Without that folder, there are none.
 */
export function realEngines(): TestEngine[] {
  const folder = process.env.ENGINE_IMAGES;
  if (folder === undefined) {
    return [];
  }
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const version = /^(v\d+\.\d+\.\d+(-[0-9a-z.]+?)?)\.(tar|oci)$/.exec(file)?.[1];
      if (version === undefined) {
        throw new Error(`ENGINE_IMAGES: ${file} isn't named after a release; expected a name such as v0.21.8.tar`);
      }
      return { title: `engine ${version}`, version, archive: resolve(join(folder, file)) };
    });
}

/** Tests with the stand-in engine. Their title says so. */
export function onStandIn(tests: (suite: EngineSuite) => void): void {
  const engine = { title: 'stand-in engine', version: STAND_IN_VERSION };
  const missing = missingDebian();
  if (missing !== undefined) {
    console.warn(`skipped: the tests with the ${engine.title} need ${missing}`);
    return;
  }
  onCluster(engine.title, (suite) => {
    beforeAll(() => suite.cluster().importImages(standInImages()), 300_000);
    tests({ ...suite, engine });
  });
}

/** The stand-in engine, its clients and its TLS sidecar. The first use builds their programs. */
export function standInImages(): Image[] {
  const [kubernetes] = kubernetesVersions().slice(-1);
  return [
    engineStandInImage([`registry.dagger.io/engine:${STAND_IN_VERSION}`]),
    clientImage(CLIENT_IMAGE, program(kubernetes, 'kubectl')),
    ghostunnelImage('v1.11.0-distroless'),
  ];
}
