/** The tests that need openssl and Go beside Node: `npm run test:tls`. */
/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config.js'),
  roots: ['<rootDir>/test/tls'],
  testMatch: ['**/*.tls.ts'],
  testTimeout: 600_000,
};
