import type { Problems } from '../reporting/problems';

/** The parts of an image reference. */
export interface ImageReference {
  /** The registry and the path. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Matches a registry and a path. The registry can have an IPv6 address and a port. */
const REPOSITORY = /^(\[[0-9a-f:.]+\]|[a-z0-9][-\w.]*)(:\d+(?=\/))?(\/[a-z0-9][-a-z0-9._]*)*$/;
const TAG = /^\w[-\w.]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Splits an image reference, without validating it. */
export function splitImageReference(reference: string): ImageReference {
  const [, repository = reference, tag, digest] = /^(.*?)(?::([^/@:\]]*))?(?:@(.*))?$/s.exec(reference) ?? [];
  return { repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** Reports an invalid image reference. Returns whether it is valid. */
export function checkImageReference(problems: Problems, property: string, reference: string, example: string): boolean {
  const { digest, repository, tag } = splitImageReference(reference);
  const [registry = ''] = repository.split('/');
  const lower = registry.toLowerCase() + repository.slice(registry.length);
  if (digest !== undefined && !DIGEST.test(digest)) {
    problems.add(property, {
      wrong: 'must be a valid image digest',
      got: reference,
      allowed: "'sha256:' and 64 hexadecimal digits in lower case",
      fix: 'copy the digest from the registry',
    });
  } else if (!REPOSITORY.test(lower) && REPOSITORY.test(repository.toLowerCase())) {
    problems.add(property, {
      wrong: 'must have a lower-case path',
      got: reference,
      allowed: 'a path in lower case',
      fix: `write '${registry}${repository.slice(registry.length).toLowerCase()}${reference.slice(repository.length)}'`,
    });
  } else if (!REPOSITORY.test(lower) || (tag !== undefined && !TAG.test(tag))) {
    problems.add(property, {
      wrong: 'must be an image reference',
      got: reference,
      allowed: 'REGISTRY/PATH[:TAG][@sha256:DIGEST]',
      fix: `use a value such as '${example}'`,
    });
  } else {
    return true;
  }
  return false;
}
