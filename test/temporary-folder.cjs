// @ts-check
// Puts the temporary files of all tests into one folder, and removes it at the end. cdk8s creates a folder for each
// `Testing.app()` and removes none.
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

module.exports = () => {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-dagger-tests-'));
  process.env.TMPDIR = folder;
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
};
