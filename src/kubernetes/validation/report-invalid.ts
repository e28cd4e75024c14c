import { EngineRisk } from '../../reporting/engine-risk';
import { Problems, type Problem } from '../../reporting/problems';
import { propertyOf, type PropertyNames } from '../origins';
import { isAtOrBelow } from '../../reporting/property-path';
import { UNKNOWN_FIELD } from './decode';
import { NO_SUCH_VOLUME } from './mounts';
import { readTexts } from './read-texts';
import { checkSecrets } from './secrets';
import { checkTexts, type TextAt } from './texts';
import { validateObject, type WireObject } from './validate-object';

/** The secrets in each validated object. */
const validated = new WeakMap<object, ReadonlySet<string>>();

/** An object, and the properties that its fields are rendered from. */
export interface NamedObject {
  readonly object: WireObject;
  readonly names?: PropertyNames;
  /** The secrets in the object that are already reported, or undefined if the object is new. */
  readonly knownSecrets?: ReadonlySet<string>;
}

/**
 * Reports all properties whose values make kubectl or the API server reject the objects of a construct.
 *
 * A problem with a property often makes an object invalid too. If the construct already has problems, this function
 * therefore reports only fields that are passed through, and only if their properties have no problem yet.
 */
export function reportInvalid(problems: Problems, objects: readonly NamedObject[]): void {
  const earlier = problems.found.filter(({ problem }) => problem.risk === undefined);
  const secretsBefore = problems.found
    .filter(({ problem }) => problem.risk === EngineRisk.SECRET_IN_PLAIN_TEXT)
    .map((found) => found.property);
  const isReported = (property: string, { got }: Problem): boolean =>
    earlier.some(
      (other) =>
        isAtOrBelow(property, other.property) ||
        isAtOrBelow(other.property, property) ||
        (isText(got) && got === other.problem.got),
    );
  for (const { knownSecrets, names = [], object } of objects) {
    const texts = readTexts(object);
    for (const { property: field, problem } of invalid(object, texts)) {
      const { isPassedThrough, property } = propertyOf(object, field, names);
      const isNew = isPassedThrough === true && problem.wrong !== NO_SUCH_VOLUME && !isReported(property, problem);
      if (earlier.length === 0 || isNew) {
        problems.add(property, problem);
      }
    }
    const secretProblems = new Problems();
    validated.set(object, checkSecrets(secretProblems, texts, knownSecrets));
    for (const { property: field, problem } of secretProblems.found) {
      const { property } = propertyOf(object, field, names);
      if (!secretsBefore.some((other) => isAtOrBelow(property, other))) {
        problems.add(property, problem);
      }
    }
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** Returns the secrets in an object that `reportInvalid` has validated, or undefined for other objects. */
export function validatedSecrets(object: object): ReadonlySet<string> | undefined {
  return validated.get(object);
}

/**
 * Returns the problems with an object from outside this library, except unknown fields. The API server may be newer
 * than this library, and have these fields.
 */
export function invalidFields(object: WireObject): Problems['found'] {
  return invalid(object).filter(({ problem }) => !problem.wrong.startsWith(UNKNOWN_FIELD));
}

/** Returns the problems with an object. The property of each problem is the path of a field. */
export function invalid(object: WireObject, texts: readonly TextAt[] = readTexts(object)): Problems['found'] {
  const problems = new Problems();
  validateObject(problems, object);
  checkTexts(problems, texts);
  return problems.found;
}
