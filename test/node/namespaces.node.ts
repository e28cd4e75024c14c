import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Processes } from '../processes';
import { inside, Namespaces, REMOVE_CGROUPS } from './namespaces';
import { missing } from './requirements';
import { run } from './run';
import { reportSkipped } from './skipped';

const reason = process.env.KUBECONFIG === undefined ? missing() : 'a local node, and KUBECONFIG is set';
if (reason !== undefined) {
  reportSkipped('the namespaces of a local node', reason);
}

function cgroups(name: string): string[] {
  return readdirSync('/sys/fs/cgroup')
    .map((hierarchy) => join('/sys/fs/cgroup', hierarchy, name))
    .filter(existsSync);
}

(reason === undefined ? describe : describe.skip)('the namespaces of a local node', () => {
  test('hide the network, the processes and the writable folders of the machine, and limit their size', async () => {
    const processes = new Processes('node', REMOVE_CGROUPS);
    try {
      const namespaces = await Namespaces.start(processes, '10.88.0.1');
      const output = async (script: string): Promise<string> =>
        (await run(...namespaces.command('sh', ['-c', script]))).stdout;
      expect(await output('ls /sys/class/net')).toBe('lo\nnode\npeer\n');
      expect(await output('ls -A /var/lib')).toBe('');
      expect(await output('touch /var/lib/file; ls -A /var/lib')).toBe('file\n');
      expect(existsSync('/var/lib/file')).toBe(false);
      expect(existsSync(namespaces.outside('/var/lib/file'))).toBe(true);
      if (existsSync('/dev/loop-control')) {
        expect(Number(await output('df --block-size=1G --output=size /var/lib | tail -1'))).toBeLessThanOrEqual(30);
      }
      const setting = '/proc/sys/kernel/panic';
      const before = readFileSync(setting, 'utf8');
      expect(await output(`echo 42 > ${setting}; cat ${setting}`)).toBe('42\n');
      expect(readFileSync(setting, 'utf8')).toBe(before);
    } finally {
      await processes.stop();
    }
  });

  test('of a neighbor: both nodes reach each other, and share only one folder', async () => {
    const processes = new Processes('node', REMOVE_CGROUPS);
    const name = basename(processes.directory);
    try {
      const first = await Namespaces.start(processes, '10.88.0.1');
      const second = await first.startNeighbor(processes, '10.88.0.2', '/var/lib/volumes');
      const output = async (namespaces: Namespaces, script: string): Promise<string> =>
        (await run(...namespaces.command('sh', ['-c', script]))).stdout;
      expect(await output(second, 'ls /sys/class/net')).toBe('lo\nnode\n');
      // No program listens on the port, so a reachable node rejects the connection.
      const connect = async (from: Namespaces, to: string): Promise<string> => {
        const script = `require('net').connect(1, '${to}').on('error', ({ code }) => console.log(code))`;
        return (await run(...from.command(process.execPath, ['--eval', script]))).stdout;
      };
      expect(await connect(first, '10.88.0.2')).toBe('ECONNREFUSED\n');
      expect(await connect(second, '10.88.0.1')).toBe('ECONNREFUSED\n');
      expect(await output(first, 'touch /var/lib/file /var/lib/volumes/file; ls -A /var/lib')).toBe('file\nvolumes\n');
      expect(await output(second, 'ls -A /var/lib /var/lib/volumes')).toBe(
        '/var/lib:\nvolumes\n\n/var/lib/volumes:\nfile\n',
      );
    } finally {
      await processes.stop();
    }
    expect(existsSync(processes.directory)).toBe(false);
    expect(cgroups(name)).toEqual([]);
  });

  test('leave no process, file or cgroup behind, even if the first process is killed', async () => {
    const processes = new Processes('node', REMOVE_CGROUPS);
    const name = basename(processes.directory);
    let asleep = 0;
    try {
      const namespaces = await Namespaces.start(processes, '10.88.0.1');
      const nsenter = processes.start('sleep', ...namespaces.command('sleep', ['600']))!;
      asleep = await processes.until(() => inside(nsenter), 'the process inside');
      expect(cgroups(name)).not.toEqual([]);
      process.kill(processes.release('namespaces'), 'SIGKILL');
      processes.release('sleep');
      await processes.until(() => !existsSync(`/proc/${asleep}`), 'the process inside to end');
    } finally {
      await processes.stop();
    }
    expect(existsSync(processes.directory)).toBe(false);
    expect(cgroups(name)).toEqual([]);
  });
});
