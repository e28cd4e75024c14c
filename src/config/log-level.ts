/** The log level of the engine (`logLevel` in engine.json). */
export enum LogLevel {
  /** Logs errors. */
  ERROR = 'error',
  /** Logs warnings and errors. */
  WARN = 'warn',
  /** Logs information for operators, warnings and errors. */
  INFO = 'info',
  /** Logs information for developers of the engine as well. This is the engine's default. */
  DEBUG = 'debug',
  /** Logs the debug messages of client sessions in addition to the messages of `DEBUG`. */
  EXTRA_DEBUG = 'debugextra',
  /** Logs everything. */
  TRACE = 'trace',
}
