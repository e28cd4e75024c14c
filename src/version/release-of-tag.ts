import { Problems } from '../reporting/problems';
import { remember } from '../reporting/remember';
import { EngineVersion } from './engine-version';

/** Matches the tag suffix of an image variant. */
const VARIANT = /-(gpu|wolfi|wolfi-gpu)$/;

/** Returns the release that an image tag names, or undefined if the tag isn't a release. */
export function releaseOfTag(tag: string | undefined): EngineVersion | undefined {
  return tag === undefined || !/^v\d/.test(tag) ? undefined : parse(tag.replace(VARIANT, ''));
}

const parse = remember((tag) => EngineVersion._parse(tag, new Problems(), 'version'));
