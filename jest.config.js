/**
 * All tests, as one project for each thing that they need. `npm test` and the `test:...` scripts run one project.
 * `npx jest PATH` runs the tests of a file or folder, whatever project they belong to.
 *
 * `--selectProjects` takes every argument up to the next option, so the scripts end with an option: `--cache`, the
 * default, where they need no other.
 */
const COMMON = {
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/test/seed.ts'],
  globalSetup: '<rootDir>/test/temporary-folder.cjs',
  moduleNameMapper: {
    '^cdk8s-dagger$': '<rootDir>/src/index.ts',
    '^cdk8s-dagger/imports/(.*)$': '<rootDir>/imports/$1',
  },
  // Looking up a global in the sandbox of a test is slow.
  sandboxInjectedGlobals: [
    'Array',
    'Boolean',
    'Infinity',
    'JSON',
    'Map',
    'Math',
    'Number',
    'Object',
    'Reflect',
    'Set',
    'String',
    'Symbol',
    'WeakMap',
    'WeakSet',
  ],
  transform: { '^.+\\.ts$': ['<rootDir>/scripts/jest-transform.cjs', { tsconfig: 'tsconfig.dev.json' }] },
};

/** A project whose tests take longer than unit tests, or need programs besides Node. */
function project(displayName, options = {}) {
  return {
    ...COMMON,
    displayName,
    roots: [`<rootDir>/test/${displayName}`],
    testMatch: [`**/*.${displayName}.ts`],
    ...options,
  };
}

/** @type {import('jest').Config} */
module.exports = {
  maxWorkers: '100%',
  // Jest reads it from here, not from a project. Tests of real components take minutes.
  testTimeout: 600_000,
  // Of `test.concurrent`: scenarios on one node, which mostly wait.
  maxConcurrency: 3,
  projects: [
    {
      ...COMMON,
      displayName: 'unit',
      roots: ['<rootDir>/test', '<rootDir>/examples'],
      testMatch: ['**/*.test.ts'],
      testEnvironment: '<rootDir>/scripts/jest-environment.cjs',
      runtime: '<rootDir>/scripts/jest-runtime.cjs',
    },
    project('fuzz'),
    // Runs the command and `cdk8s synth` as processes.
    project('command'),
    // Needs Go. Builds the programs of the projects below.
    project('programs'),
    // Needs helm and the published charts.
    project('helm'),
    // Needs Go, which builds the engine's own configuration loaders.
    project('loaders'),
    // Needs Go, which builds Kubernetes' own validation.
    project('validation'),
    // Needs Go, which builds KEDA's scalers.
    project('scaling'),
    // Needs Go, which builds ghostunnel, and openssl.
    project('tls'),
    // Needs Go, which builds promtool.
    project('promtool'),
    // Needs Go or KUBEBUILDER_ASSETS. The setup builds the programs of the control plane outside of any test's time.
    project('cluster', { globalSetup: '<rootDir>/test/cluster/setup.ts' }),
    // Needs Linux, root and Go, or a cluster in KUBECONFIG. Runs pods for real.
    // Jest rejects modules that a `test.concurrent` loads while no other test runs, so these tests load all of them first.
    project('node', {
      globalSetup: '<rootDir>/test/node/setup.ts',
      transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.dev.json' }] },
    }),
  ],
};
