/** The log level of the engine (`logLevel` in engine.json). */
export enum LogLevel {
  /** Only errors. */
  ERROR = 'error',
  /** Warnings and errors. */
  WARN = 'warn',
  /** Information for operators. */
  INFO = 'info',
  /** Information for developers of the engine. The default of the engine. */
  DEBUG = 'debug',
  /** More than `DEBUG`: also the messages that a client sees of its session at debug level. */
  EXTRA_DEBUG = 'debugextra',
  /** Everything. */
  TRACE = 'trace',
}
