// @ts-check
// Runs all test files of a process in one sandbox, so that they can share modules (jest-runtime.cjs).
const { TestEnvironment } = require('jest-environment-node');

class SharedEnvironment extends TestEnvironment {
  /** @type {SharedEnvironment | undefined} */
  static #shared;

  /** @param {ConstructorParameters<typeof TestEnvironment>} args */
  constructor(...args) {
    if (SharedEnvironment.#shared) {
      return SharedEnvironment.#shared;
    }
    super(...args);
    SharedEnvironment.#shared = this;
  }

  /** Undoes what a test file changed in the sandbox. */
  async teardown() {
    this.moduleMocker?.restoreAllMocks();
    // The next test file loads the test framework again, which then handles its events.
    Reflect.deleteProperty(this.global, Symbol.for('EVENT_HANDLERS'));
  }
}

module.exports = SharedEnvironment;
