import { Progress } from '../../src/cli/progress';
import { files, inFolder, run } from './command';

const CLEAR = '\r\u001b[K';

/** Returns a fake terminal that records the text written to it. */
function terminal(isTTY = true): { readonly isTTY: boolean; text: string; write: (text: string) => void } {
  const output = {
    isTTY,
    text: '',
    write: (text: string) => {
      output.text += text;
    },
  };
  return output;
}

afterEach(() => {
  jest.restoreAllMocks();
});

/** Mocks a clock that advances by `step` each time it is read. */
function clock(step: number): void {
  let now = 0;
  jest.spyOn(Date, 'now').mockImplementation(() => (now += step));
}

test('shows nothing in the first second', () => {
  clock(100);
  const output = terminal();
  const progress = new Progress(output);
  progress.show('reading a.yaml');
  progress.clear();
  expect(output.text).toBe('');
});

test('replaces the line, and removes it at the end', () => {
  clock(600);
  const output = terminal();
  const progress = new Progress(output);
  progress.show('reading a.yaml');
  progress.show('reading b.yaml');
  progress.show('checking DaemonSet engine');
  progress.clear();
  progress.clear();
  expect(output.text).toBe(`${CLEAR}reading b.yaml${CLEAR}checking DaemonSet engine${CLEAR}`);
});

test('shows nothing in a file or a pipe', () => {
  clock(2000);
  const output = terminal(false);
  new Progress(output).show('reading a.yaml');
  expect(output.text).toBe('');
});

describe('long runs', () => {
  inFolder();

  const ENGINE = `\
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: ci, namespace: ci }
spec:
  selector: { matchLabels: { app: ci } }
  template:
    metadata: { labels: { app: ci } }
    spec: { containers: [{ name: dagger-engine, image: 'registry.dagger.io/engine:v0.21.7' }] }
`;

  test.each([
    ['check', ['check', 'a.yaml'], ['reading a.yaml', 'checking DaemonSet ci']],
    [
      'from-manifests',
      ['from-manifests', 'a.yaml', '--emit', 'manifests'],
      ['reading a.yaml', 'checking DaemonSet ci', 'converting DaemonSet ci'],
    ],
  ])('show the progress of %s', async (_command, args, shown) => {
    clock(2000);
    files({ 'a.yaml': ENGINE });
    const { stderr } = await run(args, { terminal: 80 });
    expect(shown.filter((text) => !stderr.includes(`${CLEAR}${text}`))).toEqual([]);
    expect(stderr.lastIndexOf(CLEAR)).toBeGreaterThan(stderr.indexOf(`${CLEAR}${shown.at(-1)!}`));
  });
});
