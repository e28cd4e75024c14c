import { CHANGE_NAMES } from '../comparison/change-kinds';
import { compareManifests } from '../comparison/compare';
import { itemsOf } from '../reading/documents';
import { diffJson, diffMarkdown, diffSarif, diffText } from './diff-report';
import { shown, STDIN } from './files';
import { filesAt } from './git-files';
import { InputError, rejectIfAny, type ExitCode, type Io } from './io';
import type { LocatedChange } from './located-change';
import { parseManifests, readManifests, type Manifests } from './manifests';
import type { Arguments } from './options';
import type { DiffFormat } from './shared-options';
import { Progress } from './progress';
import { emit, exitCodeOf, readIgnored, terminalOf, withIgnored } from './report';

/** Runs `cdk8s-dagger diff`. */
export async function diff(args: Arguments, io: Io): Promise<ExitCode> {
  const ignored = readIgnored('diff', args, CHANGE_NAMES);
  const { after, before } = await readSides(args, io);
  const located = compareManifests(before.documents, after.documents).map((change): LocatedChange => ({
    ...change,
    place: (change.side === 'after' ? after : before).placeOf(change),
  }));
  const all = withIgnored(located, ignored);
  emit(report(all, args, io), args, io);
  return exitCodeOf(all, args.text('fail-on'));
}

/** The manifests before and after a change. */
interface Sides {
  readonly before: Manifests;
  readonly after: Manifests;
}

async function readSides(args: Arguments, io: Io): Promise<Sides> {
  const { operands } = args;
  const base = args.text('base');
  const progress = new Progress(io.stderr);
  rejectIfAny('diff', [
    ...(operands.includes(STDIN) ? ['-: standard input is not supported; fix: write the manifests to a file'] : []),
    ...(base === undefined && operands.length !== 2
      ? [
          `expected BEFORE and AFTER; got ${operands.length === 1 ? 'one path' : `${operands.length} paths`}; fix: pass two paths, or add --base REVISION`,
        ]
      : []),
  ]);
  if (base !== undefined) {
    const after = await readManifests(operands, io, progress);
    const { files, missing } = filesAt(base, operands);
    if (missing.length > 0) {
      io.stderr.write(
        `--base: ${base} has no manifests in ${missing.map(shown).join(', ')}, so every object there counts as added; fix: if they aren't new, commit the manifests of the running engines, or choose another revision\n`,
      );
    }
    return { before: await parseManifests(files, io, progress), after: notEmpty(after, operands) };
  }
  const [before, after] = [
    await readManifests(operands.slice(0, 1), io, progress),
    await readManifests(operands.slice(1), io, progress),
  ];
  return { before: notEmpty(before, operands.slice(0, 1)), after: notEmpty(after, operands.slice(1)) };
}

/** Rejects input without objects. A failed command may have written it. */
function notEmpty(manifests: Manifests, operands: readonly string[]): Manifests {
  if (manifests.documents.flatMap((document) => itemsOf(document)).every(({ value }) => value === null)) {
    throw new InputError(
      `${operands.map(shown).join(', ')}: no Kubernetes objects; fix: check the command that wrote this input`,
    );
  }
  return manifests;
}

function report(changes: readonly LocatedChange[], args: Arguments, io: Io): string {
  switch (args.text('format') as DiffFormat | undefined) {
    case 'json':
      return diffJson(changes);
    case 'markdown':
      return diffMarkdown(changes);
    case 'sarif':
      return diffSarif(changes, io.version);
    default:
      return diffText(changes, terminalOf(args.has('output') ? {} : io.stdout, io.env));
  }
}
