/** How much the engine logs (`logLevel` in engine.json). */
export enum LogLevel {
  /** Errors only. */
  ERROR = 'error',
  /** Warnings and errors. */
  WARN = 'warn',
  /** What an operator wants to know. */
  INFO = 'info',
  /** What a developer of the engine wants to know; the engine's own default. */
  DEBUG = 'debug',
  /** Still more: what a client sees of its session at debug level. */
  EXTRA_DEBUG = 'debugextra',
  /** Everything. */
  TRACE = 'trace',
}
