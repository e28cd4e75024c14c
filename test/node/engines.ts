import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { EngineCapability, EngineVersion } from '../../src/index';
import { kubernetesVersions, program } from '../cluster/programs';
import type { ClusterOptions, TestCluster } from './cluster';
import { distFiles } from './dist-files';
import { clientImage, engineStandInImage, ghostunnelImage, namedUserImage, registryImage } from './images/images';
import type { Image } from './images/oci-archive';
import { DEFAULT_TAG } from '../tls/ghostunnel';
import { missingAnd } from './requirements';
import { onCluster, type Suite } from './suite';

/** The image of client pods. */
export const CLIENT_IMAGE = 'node.test/client:1';

/** An image whose user is a name. */
export const NAMED_USER_IMAGE = 'node.test/named-user:1';

/** The image of a registry. */
export const REGISTRY_IMAGE = 'node.test/registry:1';

/** The engine release in the examples and tutorials, whose image the stand-in replaces. */
const DOCUMENTED_VERSION = 'v0.21.8';

/** Returns the releases whose images the stand-in replaces. */
function documentedReleases(): string[] {
  return [...new Set([DOCUMENTED_VERSION, ...distFiles().flatMap(({ releases }) => releases)])];
}

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
  /** Defines a local test of the release in the examples and tutorials. The test is skipped with other releases. */
  readonly documentedScenario: Suite['localScenario'];
}

/** Returns `define`, or a function that skips tests by name if the release lacks a capability. */
export function supporting<T extends Suite['scenario'] | Suite['localScenario']>(
  { version }: TestEngine,
  capability: EngineCapability,
  define: T,
): T {
  const skip: Suite['scenario'] & Suite['localScenario'] = skipped(`a release with ${capability.id}`);
  return EngineVersion.of(version).supports(capability) ? define : (skip as T);
}

/** Returns a function that skips tests by name, instead of one that defines them. The names say what is missing. */
export function skipped(needed: string): (title: string) => void {
  return (title) => test.skip(`${title} (needs ${missingAnd(needed)})`, () => {});
}

/** Defines tests for each real engine in `ENGINE_IMAGES`, or for the stand-in. The titles name the engine. */
export function onEngines(tests: (suite: EngineSuite) => void, options: ClusterOptions = {}): void {
  for (const engine of engines()) {
    const define = (suite: Suite): void => {
      beforeAll(() => importEngine(suite.cluster(), engine), 300_000);
      tests({
        ...suite,
        engine,
        realScenario: engine.archive === undefined ? skipped('ENGINE_IMAGES') : suite.scenario,
        documentedScenario:
          engine.version === DOCUMENTED_VERSION ? suite.localScenario : skipped(`engine ${DOCUMENTED_VERSION}`),
      });
    };
    onCluster(engine.title, define, options);
  }
}

/** Returns the real engines, or else the stand-in. */
function engines(): TestEngine[] {
  return process.env.ENGINE_IMAGES === undefined
    ? [{ title: 'stand-in engine', version: DOCUMENTED_VERSION }]
    : realEngines();
}

/**
 * Returns the engines in the folder `ENGINE_IMAGES`, which contains an OCI archive for each release. The file name is
 * the release, as in `v0.21.8.tar`. Without the variable, there are none.
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
    namedUserImage(NAMED_USER_IMAGE),
    ghostunnelImage(DEFAULT_TAG),
    registryImage(REGISTRY_IMAGE),
    ...(process.env.ENGINE_IMAGES === undefined
      ? [engineStandInImage(documentedReleases().map((release) => `registry.dagger.io/engine:${release}`))]
      : []),
  ];
}

/** Imports the images of the tests and of an engine to the nodes. */
export async function importEngine(cluster: TestCluster, { archive }: TestEngine): Promise<void> {
  await cluster.importImages(testImages());
  if (archive !== undefined) {
    await cluster.importImage(archive);
  }
}
