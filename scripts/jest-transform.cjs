// @ts-check
// Transforms files with ts-jest, and makes modules load each other on first use, like those of the built library
// (bundle.mjs). A test then loads only the part of the library that it tests, which takes a third of the time.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { sep } = require('node:path');
const { default: tsJest } = require('ts-jest');
const { withLazyModules } = require('./lazy-modules.cjs');

const VERSION = [__filename, require.resolve('./lazy-modules.cjs')].map((file) => readFileSync(file, 'utf8')).join();

/** @param {import('ts-jest').TsJestTransformerOptions} options */
function createTransformer(options) {
  const transformer = tsJest.createTransformer(options);
  return {
    /** @type {typeof transformer.getCacheKey} */
    getCacheKey: (...args) =>
      createHash('sha256')
        .update(transformer.getCacheKey(...args))
        .update(VERSION)
        .digest('hex'),
    /** @type {typeof transformer.process} */
    process(text, file, config) {
      const [code, map] = transformer
        .process(text, file, config)
        .code.split('\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,');
      return {
        code: file.includes(`${sep}src${sep}`) ? withLazyModules(code, true) : code,
        // Inline source maps would be most of what Node reads for each test.
        map: map && Buffer.from(map, 'base64').toString(),
      };
    },
  };
}

module.exports = { createTransformer };
