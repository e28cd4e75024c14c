import { checkManifests } from '../findings/check-manifests';
import { MANIFEST_FINDING_NAMES } from '../findings/manifests/kinds';
import type { ExitCode, Io } from './io';
import { readManifests } from './manifests';
import type { Given } from './options';
import { checkIgnored, emitReport, verdict, chosen } from './report';

/** `cdk8s-dagger check`. */
export async function check(given: Given, io: Io): Promise<ExitCode> {
  checkIgnored('check', given, MANIFEST_FINDING_NAMES);
  const { documents, findings, placeOf } = await readManifests(given.operands, io);
  const all = [...findings, ...checkManifests(documents).map((finding) => ({ ...finding, place: placeOf(finding) }))];
  const shown = chosen(all, given);
  emitReport(shown, given, io);
  return verdict(shown, given);
}
