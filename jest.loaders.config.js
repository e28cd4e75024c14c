/** The tests that need Go beside Node, and the loaders of the engine: `npm run test:loaders`. */
/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config.js'),
  roots: ['<rootDir>/test/loaders'],
  testMatch: ['**/*.loaders.ts'],
  testTimeout: 600_000,
};
