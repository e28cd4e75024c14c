/** The tests on a real Kubernetes control plane, which need Go or KUBEBUILDER_ASSETS: `npm run test:cluster`. */
/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config.js'),
  roots: ['<rootDir>/test/cluster'],
  testMatch: ['**/*.cluster.ts'],
  // Builds the control plane's programs, outside of any test's time.
  globalSetup: '<rootDir>/test/cluster/setup.ts',
  // A control plane is several processes that use every core by themselves.
  maxWorkers: 1,
  testTimeout: 600_000,
};
