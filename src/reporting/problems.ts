import { docsOfErrors } from './documentation';
import { riskName, type EngineRisk } from './engine-risk';
import { isPlainObject } from './plain-object';
import { joinPath } from './property-path';
import { redact } from './secret-detection';

/** A problem with the value of a property, and the fix. */
export interface Problem {
  /** The description of the problem, as a clause without a final period. */
  readonly wrong: string;
  /** The invalid value. */
  readonly got?: unknown;
  /** A description of the allowed values. */
  readonly allowed?: string;
  /** The instruction that fixes the problem. */
  readonly fix?: string;
  /** The id of the risk, if the user can accept the problem because Kubernetes accepts the value. */
  readonly risk?: EngineRisk;
}

/** A problem, and its property. */
export interface Found {
  readonly property: string;
  readonly problem: Problem;
}

/** A problem that the user can accept. */
interface FoundRisk extends Found {
  readonly risk: EngineRisk;
}

/** A warning about a legal but dangerous setting. `name` is the id of its risk. */
export interface Caution {
  readonly name: EngineRisk;
  readonly property: string;
  readonly text: string;
  /** The instruction that avoids the danger. */
  readonly fix?: string;
  /** The severity to print, by default `warning`. */
  readonly severity?: string;
}

/** The shared list behind a `Problems` and all its `at(...)` views. */
interface Findings {
  readonly problems: Found[];
  readonly cautions: Caution[];
  readonly namespace?: string;
}

/** Collects all problems of a construct, so that users see all of them in one error. */
export class Problems {
  private readonly findings: Findings;
  private readonly prefix: string;
  private readonly parent?: Problems;

  public constructor(prefix = '', findings: Findings = { problems: [], cautions: [] }, parent?: Problems) {
    this.prefix = prefix;
    this.findings = findings;
    this.parent = parent;
  }

  /** Creates a list for a construct in a namespace. The construct can refer only to objects in this namespace. */
  public static of(namespace: string | undefined): Problems {
    return new Problems('', { problems: [], cautions: [], namespace });
  }

  /** The namespace of the construct, or undefined if its chart sets none. */
  public get namespace(): string | undefined {
    return this.findings.namespace;
  }

  /** Returns a view of the same list that adds problems below `property`. */
  public at(property: string): Problems {
    return new Problems(property, this.findings, this);
  }

  /** Reports a problem with `property`, or with the value of this view if `property` is ''. */
  public add(property: string, problem: Problem): void {
    this.findings.problems.push({ property: this.path(property), problem });
  }

  /** Whether a property has a problem, so that its value can't be used. */
  public has(property: string): boolean {
    const path = this.path(property);
    return this.findings.problems.some((found) => found.property === path);
  }

  /** Reports a legal but dangerous setting. */
  public warn(name: EngineRisk, property: string, text: string, fix?: string): void {
    this.findings.cautions.push({
      ...{ name, property: this.path(property), text: redact(text) },
      ...(fix !== undefined && { fix: redact(fix) }),
    });
  }

  /**
   * Adds the problems in another list, without duplicates.
   *
   * @param rename changes the names of properties
   *
   * @param risk the risk for problems that don't have one
   */
  public adopt(found: Problems, rename: (property: string) => string, risk?: EngineRisk): void {
    for (const { property, problem } of found.findings.problems) {
      if (!this.messages.includes(sentence(this.path(rename(property)), problem))) {
        this.add(rename(property), risk === undefined ? problem : { ...problem, risk: problem.risk ?? risk });
      }
    }
    for (const caution of found.findings.cautions) {
      const property = this.path(rename(caution.property));
      if (!this.cautions.some((other) => other.property === property && other.text === caution.text)) {
        this.findings.cautions.push({ ...caution, property });
      }
    }
  }

  /** The problems, in the order that they were reported. */
  public get found(): readonly Found[] {
    return this.findings.problems;
  }

  public get cautions(): readonly Caution[] {
    return this.findings.cautions;
  }

  /** Removes and returns the risks for which `isTaken` returns true. */
  public takeRisks(isTaken: (found: FoundRisk) => boolean): readonly Found[] {
    const { problems } = this.findings;
    const taken = problems.filter(
      (found) => found.problem.risk !== undefined && isTaken({ ...found, risk: found.problem.risk }),
    );
    problems.splice(0, problems.length, ...problems.filter((found) => !taken.includes(found)));
    return taken;
  }

  /** The problems as sentences, in the order that they were reported. Secrets are redacted. */
  public get messages(): readonly string[] {
    return this.findings.problems.map(({ property, problem }) => sentence(property, problem));
  }

  /** Throws one error with all problems. Does nothing if there are none. */
  public throwIfAny(constructPath: string, className: string): void {
    const messages = this.messages;
    if (messages.length === 0) {
      return;
    }
    const count = messages.length === 1 ? '1 problem' : `${messages.length} problems`;
    throw new ValidationError(
      `${constructPath === '' ? '' : `[${constructPath}] `}${className} has ${count}:\n${messages.map((m) => `  - ${m}`).join('\n')}`,
      this.findings.problems,
    );
  }

  /** Returns the full path of a property. It is computed only for problems, because most views never need it. */
  private path(property: string): string {
    const path = joinPath(this.prefix, property);
    return this.parent === undefined ? path : this.parent.path(path);
  }
}

/** The folder of the bundles or, before the build, of the sources. */
const LIBRARY = __dirname.replace(/\breporting$/, '');

/** The error that the library throws for invalid input. */
export class ValidationError extends Error {
  // Node prints the fields of an uncaught error, and these values may be secret.
  readonly #found: readonly Found[];

  public constructor(message: string, found: readonly Found[] = []) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(message);
    // The call in the program can be deeper in the stack than the default limit of ten frames.
    Error.stackTraceLimit = 100;
    const trace = { stack: '' };
    Error.captureStackTrace(trace);
    Error.stackTraceLimit = limit;
    this.name = 'ValidationError';
    this.#found = found;
    // Most programs read only the message, and formatting the frames takes longer than finding the problems.
    Object.defineProperty(this, 'stack', {
      configurable: true,
      get: () => stackOf(this, framesOfProgram(trace.stack).slice(0, limit)),
      set: (value: string) => Object.defineProperty(this, 'stack', { value, configurable: true, writable: true }),
    });
  }

  /** The problems in the message. */
  public get found(): readonly Found[] {
    return this.#found;
  }
}

/** Removes this library's frames from the stack of an error that cdk8s throws at synth. */
export function hideFrames(error: unknown): void {
  if (error instanceof Error && error.stack?.startsWith(`${error.name}: ${error.message}`)) {
    error.stack = stackOf(error, framesOfProgram(error.stack));
  }
}

/** Returns the text that Node and other languages print for an uncaught error, with links to the documentation. */
function stackOf({ message, name }: Error, frames: readonly string[]): string {
  return [`${name}: ${message}`, ...docsOfErrors(message).map((address) => `  docs: ${address}`), ...frames].join('\n');
}

/** Returns the frames of the program. Frames in this library and in Node don't help users find their mistake. */
function framesOfProgram(stack: string): string[] {
  return stack
    .split('\n')
    .filter((line) => line.startsWith('    at ') && !line.includes(LIBRARY) && !/[ (]node:internal\//.test(line));
}

function sentence(property: string, problem: Problem): string {
  const { risk } = problem;
  return redact(`${property}: ${explanation(problem)}${risk === undefined ? '' : `; or accept ${riskName(risk)}`}`);
}

/** Returns the message of a problem, without its property. */
export function explanation(problem: Problem): string {
  const { fix } = problem;
  return redact([reason(problem), ...(fix === undefined ? [] : [`fix: ${fix}`])].join('; '));
}

/** Returns the message of a problem, without its property and its fix. */
export function reason({ allowed, wrong, ...problem }: Problem): string {
  const details = [
    'got' in problem ? `got ${show(problem.got)}` : undefined,
    allowed === undefined ? undefined : `allowed: ${allowed}`,
  ];
  return redact([wrong, ...details].filter((part) => part !== undefined).join('; '));
}

/** The maximum length of a value in a message. A longer value would hide the rest of the message. */
const MAX_SHOWN = 200;

/** Formats a value for a message, as a program would contain it. */
function show(value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'object' ? asJson(value) : String(shown(value));
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}... (${text.length} characters)` : text;
}

function asJson(value: unknown): string {
  if (isOfClass(value) && !('toJSON' in value)) {
    return shown(value) as string;
  }
  try {
    return JSON.stringify(value, (_key, item: unknown) => shown(item));
  } catch {
    return 'an object that refers to itself';
  }
}

/** Replaces values that JSON can't represent. Class instances may be large or circular. */
function shown(value: unknown): unknown {
  switch (typeof value) {
    case 'object':
      return isOfClass(value) ? `an object of the class ${value.constructor.name}` : value;
    case 'function':
    case 'symbol':
      return `a ${typeof value}`;
    case 'bigint':
      return String(value);
    default:
      return value;
  }
}

function isOfClass(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isPlainObject(value);
}
