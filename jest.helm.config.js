/** The comparison with the real charts, which needs helm and them: `npm run test:helm`. */
/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config.js'),
  roots: ['<rootDir>/test/helm'],
  testMatch: ['**/*.helm.ts'],
  testTimeout: 600_000,
};
