import { explanation, Problems } from '../reporting/problems';
import { EngineVersion } from '../version/engine-version';
import { facts, values, verdict, type Fact, type Value } from '../version/fact-table';
import { KNOWN, release, tagOf, type Line, type Release } from '../version/release';
import { rejectIfAny } from './io';

/** The output of `cdk8s-dagger versions`. `--json` prints it unchanged. */
export interface VersionsAnswer {
  /** The first and last known release of each line, and the last one whose source code was read as a whole. */
  readonly known: { readonly [line in Line]: { readonly [limit in keyof (typeof KNOWN)[Line]]: string } };
  readonly engine?: {
    readonly version: string;
    readonly isKnown: boolean;
    /** Whether the source code of the release was read as a whole. */
    readonly wasRead: boolean;
    readonly notes: readonly string[];
  };
  readonly facts: ReadonlyArray<AnsweredRow & { readonly isChecked: boolean; readonly applies?: string }>;
  readonly values: ReadonlyArray<AnsweredRow & { readonly value: Value['value'] }>;
}

interface AnsweredRow {
  readonly id: string;
  readonly summary: string;
  readonly releases: string;
  /** Whether the row was confirmed for the requested release. */
  readonly isConfirmed?: boolean;
  readonly evidence: string;
  readonly runOn: readonly string[];
  readonly confirmedUntil: { readonly [line in Line]: string };
  readonly source: string;
}

/** Returns the rows of the tables for one release, or for all releases. */
export function answerFor(requested: string | undefined): VersionsAnswer {
  const engine = requested === undefined ? undefined : read(requested);
  const version = engine && release(engine.version);
  return {
    known: { '0.x': tagsOf('0.x'), '1.0': tagsOf('1.0') },
    ...(engine && { engine }),
    facts: facts().map((fact) => ({
      ...{ id: fact.id, isChecked: fact.isChecked },
      ...(version && { applies: verdict(fact, version) }),
      ...answered(fact, version),
    })),
    values: values()
      .filter(({ releases }) => version === undefined || releases.includes(version))
      .map((one) => ({ value: one.value, ...answered(one, version) })),
  };
}

/** Parses the requested release. */
function read(requested: string): NonNullable<VersionsAnswer['engine']> {
  const problems = new Problems();
  const version = EngineVersion._parse(requested, problems, '--engine');
  rejectIfAny('versions', problems.messages);
  const isKnown = problems.cautions.length === 0;
  const wasRead = version!._isConfirmed();
  const unread = `the source code of releases after ${version!._confirmedUntil()} was not read as a whole: rows with a question mark were not confirmed for this release`;
  return {
    version: version!.tag,
    isKnown,
    wasRead,
    notes: [
      ...problems.cautions.map(({ fix, text }) => explanation({ wrong: text, fix })),
      ...(wasRead ? [] : [unread]),
    ],
  };
}

function tagsOf(line: Line): VersionsAnswer['known'][Line] {
  const { oldest, read: lastRead, newest } = KNOWN[line];
  return { oldest: tagOf(oldest), read: tagOf(lastRead), newest: tagOf(newest) };
}

function answered(
  { evidence, id, releases, source, summary }: Fact | Value,
  version: Release | undefined,
): AnsweredRow {
  return {
    ...{ id, summary, releases: releases.toString() },
    ...(version && { isConfirmed: releases.isConfirmedFor(version) }),
    ...{ evidence: evidence.kind, runOn: evidence.runOn },
    confirmedUntil: { '0.x': tagOf(releases.confirmedUntil('0.x')), '1.0': tagOf(releases.confirmedUntil('1.0')) },
    source,
  };
}
