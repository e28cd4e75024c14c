// @ts-check
// Loads the library, the examples and packages once for all test files of a process, instead of once for each file.
// Loading them took more than half of the time of the unit tests, because code is slow when it runs for the first time.
//
// `jest.requireActual` still loads another copy of a module, and of the modules that this copy needs.
const { isBuiltin } = require('node:module');
const { dirname, resolve, sep } = require('node:path');
const { default: Runtime } = require('jest-runtime');

const SHARED = ['src', 'imports', 'examples', 'node_modules'].map((name) => resolve(__dirname, '..', name) + sep);
/** Test files load these themselves: test/seed.ts replaces the first one, and jest provides the second one. */
const UNSHARED = ['fast-check', '@jest/globals'];

/** @type {Runtime | undefined} */
let shared;

class SharingRuntime extends Runtime {
  /** @param {ConstructorParameters<typeof Runtime>} args */
  constructor(...args) {
    super(...args);
    shared ??= new Runtime(...args);
  }

  /**
   * @param {string} from
   * @param {string} name
   */
  requireModuleOrMock(from, name) {
    return !isShared(from) && shared && requiresShared(from, name)
      ? shared.requireModuleOrMock(from, name)
      : super.requireModuleOrMock(from, name);
  }

  /**
   * Loads a module of the test framework. The first one, which has no name, keeps the state of a test file.
   *
   * @param {string} from
   * @param {string} [name]
   */
  requireInternalModule(from, name) {
    return name !== undefined && shared
      ? shared.requireInternalModule(from, name)
      : super.requireInternalModule(from, name);
  }

  /** Returns the source maps of a test file and of shared modules. Both grow while the test file runs. */
  getSourceMaps() {
    const own = super.getSourceMaps();
    const common = shared?.getSourceMaps() ?? own;
    return {
      /** @param {string} file */
      get: (file) => own.get(file) ?? common.get(file),
      *[Symbol.iterator]() {
        yield* own;
        yield* common;
      },
    };
  }
}

/** @param {string} file */
function isShared(file) {
  return SHARED.some((folder) => file.startsWith(folder)) && !file.endsWith('.test.ts');
}

/**
 * @param {string} from
 * @param {string} name
 */
function requiresShared(from, name) {
  return name.startsWith('.') ? isShared(resolve(dirname(from), name)) : !isBuiltin(name) && !UNSHARED.includes(name);
}

module.exports = SharingRuntime;
