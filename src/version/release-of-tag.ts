import { Problems } from '../reporting/problems';
import { remember } from '../reporting/remember';
import { EngineVersion } from './engine-version';

/** The suffixes of the tags of variants. */
const VARIANT = /-(gpu|wolfi|wolfi-gpu)$/;

/** The release that the tag of an image names, if it names one. */
export function releaseOfTag(tag: string | undefined): EngineVersion | undefined {
  return tag === undefined || !/^v\d/.test(tag) ? undefined : parse(tag.replace(VARIANT, ''));
}

const parse = remember((tag) => EngineVersion._parse(tag, new Problems(), 'version'));
