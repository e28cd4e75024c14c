import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';

/** The reason that a filter never matches, and the fix. */
interface Mismatch {
  readonly why: string;
  readonly allowed: string;
  readonly fix: string;
}

const ANY_FILTER = "use a value such as 'type==exec.cachemount'";
const RECORD_TYPES = ['internal', 'frontend', 'source.local', 'source.git.checkout', 'exec.cachemount', 'regular'];

/** Returns the reason that a filter never matches, or undefined if it can match. */
export function neverMatches(filter: string, all: readonly string[], version: EngineVersion): Mismatch | undefined {
  const clauses = filter
    .split(',')
    .map((clause) => /^\s*([A-Za-z]+)\s*(?:(==|!=|~=)\s*(.*?))?\s*$/.exec(clause)?.slice(1) ?? ['', '', '']);
  const badType = clauses.find(
    ([field, operator, given]) => isType(field) && operator === '==' && !RECORD_TYPES.includes(unquote(given)),
  );
  if (badType !== undefined) {
    const [field, , given = ''] = badType;
    const meant = RECORD_TYPES.find((type) => given !== '' && type.includes(given)) ?? 'exec.cachemount';
    return {
      why: `the record type ${JSON.stringify(given)} does not exist`,
      allowed: RECORD_TYPES.join(', '),
      fix: `use a value such as '${field}==${meant}'`,
    };
  }
  return version.supports(EngineCapability.GC_FILTERS_ARE_ALTERNATIVES)
    ? neverMatchesAsContainerd(clauses, filter)
    : neverMatchesAsDagql(clauses, filter, all);
}

/**
 * Checks a filter in the syntax of BuildKit (internal/buildkit/cache/manager.go:1629-1660@v0.20.8). A field without a
 * value tests its presence.
 */
function neverMatchesAsContainerd(clauses: readonly string[][], filter: string): Mismatch | undefined {
  const fields = ['id', 'parents', 'description', 'type', 'inuse', 'mutable', 'immutable', 'shared', 'private'];
  if (clauses.some(([field]) => !fields.includes(field ?? ''))) {
    return {
      why: 'the field does not exist',
      allowed: `${fields.join(', ')}, with ==, != or ~= for the first four`,
      fix: ANY_FILTER,
    };
  }
  const types = new Set(
    clauses.filter(([field, operator]) => field === 'type' && operator === '==').map(([, , given]) => given),
  );
  return types.size > 1
    ? {
        why: 'a comma requires both types at once',
        allowed: 'a separate filter for each type',
        fix: write(filter.split(',')),
      }
    : undefined;
}

/**
 * Checks a filter in the syntax of DagQL, which supports only equality, and commas only between types
 * (dagql/cache_prune.go:1064-1130@v1.0.0-beta.10).
 */
function neverMatchesAsDagql(
  clauses: readonly string[][],
  filter: string,
  all: readonly string[],
): Mismatch | undefined {
  const fields = ['id', 'type', 'recordtype', 'description', 'inuse'];
  const [[field = '', operator] = []] = clauses;
  if (!fields.includes(field.toLowerCase()) || operator !== '==') {
    return {
      why: 'the field or operator does not exist',
      allowed: `${fields.join(', ')}, each with ==`,
      fix: ANY_FILTER,
    };
  }
  if (clauses.length > 1 && !clauses.every(([name, equal]) => isType(name) && equal === '==')) {
    const parts = filter.split(',');
    return isType(field)
      ? {
          why: 'a comma can only separate types',
          allowed: 'a filter for each field',
          fix: write([parts.filter(isOfType).join(','), ...parts.filter((part) => !isOfType(part))]),
        }
      : undefined;
  }
  return isType(field) && all.some((other) => other !== filter && isOfType(other))
    ? {
        why: 'all filters of a policy must match',
        allowed: 'one filter with all types, separated by commas',
        fix: write([all.filter(isOfType).join(',')]),
      }
    : undefined;
}

function isType(field: string | undefined): boolean {
  return ['type', 'recordtype'].includes(field?.toLowerCase() ?? '');
}

function isOfType(filter: string): boolean {
  return isType(/^\s*([A-Za-z]+)/.exec(filter)?.[1]);
}

function write(filters: readonly string[]): string {
  return `write ${filters.map((filter) => `'${filter.trim()}'`).join(', ')}`;
}

function unquote(text: string | undefined): string {
  return (text ?? '').replace(/^"(.*)"$/, '$1');
}
