import { EngineImage, EngineVersion } from '../../src/index';
import { daemonSet, type WrongProgram } from './program';

export const VERSION_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'a release that ends with a line break',
    program: (chart) => daemonSet(chart, { version: 'v0.21.7\n' }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - version: must not start or end with white space, such as the line break at the end of a file; got "v0.21.7\\n"; allowed: v0.12.0 and later, or v1.0.0-beta.1 and later, such as "v0.21.11"; fix: write \'v0.21.7\', or call trim()',
  },
  {
    title: 'a moving tag as version',
    program: (chart) => daemonSet(chart, { version: 'latest' }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - version: must be a release of the engine; got "latest"; allowed: v0.12.0 and later, or v1.0.0-beta.1 and later, such as "v0.21.11"; fix: for a custom image, set version to the release that it is based on, and image to EngineImage.fromReference('...')`,
  },
  {
    title: 'a branch as version',
    program: (chart) =>
      daemonSet(chart, { version: 'main', image: EngineImage.fromReference('registry.dagger.io/engine:main') }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - version: must be a release of the engine; got "main"; allowed: v0.12.0 and later, or v1.0.0-beta.1 and later, such as "v0.21.11"; fix: for a custom image, set version to the release that it is based on, and image to EngineImage.fromReference('...')`,
  },
  {
    title: 'an image of a branch',
    program: (chart) => daemonSet(chart, { image: EngineImage.fromReference('registry.dagger.io/engine:main') }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - image: the tag moves from release to release, so a restarted pod can run a release that deletes the cache; got "registry.dagger.io/engine:main"; allowed: the tag of a release, or a digest; fix: use EngineImage.fromReference(\'registry.dagger.io/engine:v0.21.7\'); or accept EngineRisk.MOVING_IMAGE',
  },
  {
    title: 'an incomplete version',
    program: (chart) => daemonSet(chart, { version: '0.21' }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - version: must be a release of the engine; got "0.21"; allowed: v0.12.0 and later, or v1.0.0-beta.1 and later, such as "v0.21.11"; fix: for a custom image, set version to the release that it is based on, and image to EngineImage.fromReference('...')`,
  },
  {
    title: 'an image tag as version',
    program: (chart) => daemonSet(chart, { version: 'v0.21.7-gpu' }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - version: must be a release of the engine; got "v0.21.7-gpu"; allowed: v0.12.0 and later, or v1.0.0-beta.1 and later, such as "v0.21.11"; fix: for a custom image, set version to the release that it is based on, and image to EngineImage.fromReference('...')`,
  },
  {
    title: 'a release older than all known ones',
    program: (chart) => daemonSet(chart, { version: 'v0.11.9' }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - version: must not be older than v0.12.0, the oldest 0.x release that this library supports; got "v0.11.9"; allowed: v0.12.0 and later, or v1.0.0-beta.1 and later, such as "v0.21.11"; fix: use a newer release',
  },
  {
    title: 'a pre-release of the 0.x line',
    program: (chart) => daemonSet(chart, { version: 'v0.17.0-rc.1' }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - version: must be a release of the engine; got "v0.17.0-rc.1"; allowed: v0.12.0 and later, or v1.0.0-beta.1 and later, such as "v0.21.11"; fix: for a custom image, set version to the release that it is based on, and image to EngineImage.fromReference('...')`,
  },
  {
    title: 'a 1.0 release older than the first beta',
    program: (chart) => daemonSet(chart, { version: 'v1.0.0-alpha.1' }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - version: must not be older than v1.0.0-beta.1, the oldest 1.0 release that this library supports; got "v1.0.0-alpha.1"; allowed: v0.12.0 and later, or v1.0.0-beta.1 and later, such as "v0.21.11"; fix: use a newer release',
  },
  {
    title: 'no version',
    program: (chart) => daemonSet(chart, { version: '' }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - version: must be a release of the engine; got ""; allowed: v0.12.0 and later, or v1.0.0-beta.1 and later, such as "v0.21.11"; fix: for a custom image, set version to the release that it is based on, and image to EngineImage.fromReference('...')`,
  },
  {
    title: '`EngineVersion.of` with an invalid release',
    program: () => EngineVersion.of('newest'),
    says: `version: must be a release of the engine; got "newest"; allowed: v0.12.0 and later, or v1.0.0-beta.1 and later, such as "v0.21.11"; fix: for a custom image, set version to the release that it is based on, and image to EngineImage.fromReference('...')`,
  },
];
