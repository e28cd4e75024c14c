import type { Problems } from '../reporting/problems';

/** Options for a trigger on a schedule. */
export interface ScheduleTriggerOptions {
  /** The start of the period, as a cron expression with five fields, such as `0 7 * * 1-5`. */
  readonly start: string;

  /** The end of the period, as a cron expression with five fields, such as `0 19 * * 1-5`. */
  readonly end: string;

  /** The time zone of `start` and `end`, such as `Europe/Berlin`. */
  readonly timeZone: string;

  /**
   * The number of engines that run during the period, unless another trigger needs more.
   *
   * @default 1
   */
  readonly replicas?: number;
}

interface CronField {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

/** The fields of a cron expression in KEDA (kedacore/keda pkg/scalers/cron_scaler.go:39@v2.21.0, robfig/cron v3). */
const FIELDS: readonly CronField[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  {
    min: 1,
    max: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

/**
 * Reports expressions and time zones that KEDA rejects. KEDA would report them only in the status of the ScaledObject.
 */
export function checkSchedule({ end, start, timeZone }: ScheduleTriggerOptions, problems: Problems): void {
  checkCron(problems, 'start', start, '0 7 * * 1-5');
  checkCron(problems, 'end', end, '0 7 * * 1-5');
  if (start === end) {
    problems.add('end', {
      wrong: 'the period would start and end at the same time',
      got: end,
      allowed: 'a time other than start',
      fix: "use an expression such as '0 19 * * 1-5'",
    });
  }
  checkTimeZone(problems, 'timeZone', timeZone);
}

/** Reports a cron expression that KEDA or a CronJob rejects. Kubernetes uses the same library (robfig/cron v3). */
export function checkCron(problems: Problems, property: string, expression: string, example: string): void {
  const fields = parseCron(expression);
  if (fields === undefined) {
    problems.add(property, {
      wrong: 'must be a cron expression with five fields',
      got: expression,
      allowed: 'minute (0-59), hour (0-23), day (1-31), month (1-12), weekday (0-6, 0 is Sunday)',
      fix: `use an expression such as '${example}'`,
    });
  } else if (!matchesDate(fields)) {
    problems.add(property, {
      wrong: 'never matches, because none of its months has one of its days',
      got: expression,
      allowed: 'a day of one of the months, and 29 for February',
      fix: `use an expression such as '${example}'`,
    });
  }
}

/** Returns the shortest time between two matches of a valid cron expression, in seconds, and at most a day. */
export function shortestInterval(expression: string): number {
  const [minutes = [], hours = []] = (parseCron(expression) ?? []).map(({ values }) => values);
  const times = hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute)).sort((a, b) => a - b);
  const gaps = times.map((time, index) => (times[index + 1] ?? times[0]! + 24 * 60) - time);
  return Math.min(...gaps) * 60;
}

/** Reports a name that isn't a time zone. */
export function checkTimeZone(problems: Problems, property: string, timeZone: string): void {
  if (!isTimeZone(timeZone)) {
    problems.add(property, {
      wrong: 'must be a time zone in the IANA database',
      got: timeZone,
      allowed: "a name such as 'Europe/Berlin' or 'UTC', with this capitalization",
      fix: timeZoneFix(timeZone),
    });
  }
}

/** The values of a field in a cron expression. */
interface CronValues {
  readonly values: readonly number[];
  readonly isAny: boolean;
}

/** Returns the fields of a cron expression, or undefined if it is invalid. */
function parseCron(expression: string): CronValues[] | undefined {
  const texts = expression.trim().split(/\s+/);
  const fields = texts.map((text, index) => {
    const parts = text.split(',').map((part) => partValues(part, FIELDS[index]));
    return { values: parts.flatMap((values = []) => values), isAny: /(^|,)[*?](,|$)/.test(text), parts };
  });
  return fields.length === FIELDS.length && fields.every(({ parts }) => !parts.includes(undefined))
    ? fields
    : undefined;
}

/** Returns the values of a part, such as `8-18/2`, or undefined if it is invalid. */
function partValues(part: string, field: CronField | undefined): number[] | undefined {
  const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
  if (field === undefined || Number(step ?? 1) < 1) {
    return undefined;
  }
  const { max, min, names = [] } = field;
  const isAny = range === '*' || range === '?';
  const [first = NaN, last = step === undefined ? first : max, ...others] = isAny
    ? [min, max]
    : range.split('-').map((text) => {
        const name = names.indexOf(text.toLowerCase());
        return name >= 0 ? min + name : /^\d+$/.test(text) ? Number(text) : NaN;
      });
  return others.length === 0 && first >= min && last <= max && first <= last
    ? Array.from(
        { length: Math.floor((last - first) / Number(step ?? 1)) + 1 },
        (_, index) => first + index * Number(step ?? 1),
      )
    : undefined;
}

/** The number of days of each month, in leap years. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a date matches. A date must match only one of day and weekday if both are limited (robfig/cron spec.go@v3.0.1). */
function matchesDate([, , days, months, weekdays]: readonly CronValues[]): boolean {
  return !weekdays!.isAny || months!.values.some((month) => Math.min(...days!.values) <= DAYS[month - 1]!);
}

/** A name in Etc, or of a zone in an area: `America/Port_of_Spain`, `US/Pacific`, `America/Port-au-Prince`. */
const ZONE_NAME =
  /^(Etc\/(UTC|UCT|GMT([+-]\d+|0)?|Universal|Zulu|Greenwich)|(?!Etc\/)(US|[A-Z][a-z]+)(\/[A-Z][a-z]\w*([-_]\w+)*)+)$/;

/** Whether a name is a time zone with the capitalization of its file, which KEDA looks up. */
function isTimeZone(name: string): boolean {
  // Node.js accepts offsets and any capitalization.
  if (canonicalTimeZone(name) === undefined) {
    return false;
  }
  const known = ['GMT', 'UTC', ...Intl.supportedValuesOf('timeZone')].find(
    (other) => other.toLowerCase() === name.toLowerCase(),
  );
  // Node.js doesn't list older names, such as US/Pacific.
  return known === undefined ? ZONE_NAME.test(name) : known === name;
}

/** Returns the name that Node.js uses for a time zone, or undefined if Node.js doesn't know the time zone. */
function canonicalTimeZone(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

function timeZoneFix(name: string): string {
  const canonical = canonicalTimeZone(name);
  return canonical !== undefined && isTimeZone(canonical) ? `write '${canonical}'` : 'correct the name';
}
