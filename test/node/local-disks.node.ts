import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportSkipped } from './skipped';

const GUIDE = join(__dirname, '..', '..', 'docs', 'how-to', 'use-local-disks.md');
const GKE_LINK = '/dev/disk/by-id/google-local-nvme-ssd-0';
const CACHE = '/mnt/disks/dagger/engine';

/** The script of the DaemonSet in the guide. */
const SCRIPT = /const script = `\n([^`]*)`;/.exec(readFileSync(GUIDE, 'utf8'))![1];

/** Returns the first requirement that this machine doesn't meet. */
function missing(): string | undefined {
  if (process.platform !== 'linux' || process.getuid!() !== 0) {
    return 'root on Linux';
  }
  const absent = ['losetup', 'mkfs.ext4', 'blkid', 'lsblk', 'unshare'].find(
    (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0,
  );
  return absent ?? (spawnSync('losetup', ['--find']).status === 0 ? undefined : 'loop devices');
}

/**
 * Runs the script of the guide on loop devices, in private mount namespaces. The names of the disks are those of GKE
 * and AKS, but there is no cloud, no kubelet and no mount propagation.
 */
const reason = missing();
(reason === undefined ? describe : describe.skip)('the script for raw disks', () => {
  let folder: string;
  let disk: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdk8s-dagger-disk-'));
    const image = join(folder, 'image');
    writeFileSync(image, '');
    truncateSync(image, 64 * 1024 * 1024);
    disk = execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim();
  });
  afterEach(() => {
    execFileSync('losetup', ['--detach', disk]);
    rmSync(folder, { recursive: true });
  });

  /** Runs commands after the start of a node. `boot` stands for the script until it sleeps. */
  function onNode(found: 'AKS' | 'GKE' | 'no disk', commands: string): { status: number | null; output: string } {
    const gke = found === 'GKE' ? `ln -s ${disk} ${GKE_LINK}` : '';
    const disks = ['/dev/none Virtual Disk', ...(found === 'AKS' ? [`${disk} Microsoft NVMe Direct Disk`] : [])];
    const lsblk = `lsblk() { printf '%s\\n' ${disks.map((line) => `'${line}'`).join(' ')}; }`;
    writeFileSync(join(folder, 'boot'), ['sleep() { exit 0; }', lsblk, SCRIPT].join('\n'));
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      [
        '--mount',
        'sh',
        '-euc',
        [
          'mount -t tmpfs tmpfs /mnt && mkdir /mnt/disks',
          // The folder doesn't exist on every machine.
          `mount -t tmpfs tmpfs /dev/disk 2> /dev/null || { cp -a ${disk} /mnt/node && mount -t tmpfs tmpfs /dev && cp -a /mnt/node ${disk}; mknod /dev/null c 1 3; mkdir /dev/disk; }`,
          'mkdir /dev/disk/by-id',
          gke,
          `boot() { sh ${join(folder, 'boot')}; }`,
          commands,
        ].join('\n'),
      ],
      { encoding: 'utf8' },
    );
    return { status, output: `${stdout}${stderr}`.trim() };
  }

  test.each(['GKE', 'AKS'] as const)(
    'formats and mounts a new disk of %s, and keeps its files after a restart',
    (cloud) => {
      const first = onNode(
        cloud,
        [
          `boot > /dev/null`,
          `echo layers > ${CACHE}/file`,
          `boot > /dev/null`,
          `cat ${CACHE}/file`,
          'findmnt -no FSTYPE,OPTIONS /mnt/disks/dagger',
        ].join('\n'),
      );
      expect(first.output).toMatch(/^layers\next4 +rw,noatime/);
      expect(first.status).toBe(0);
      expect(onNode(cloud, `boot > /dev/null; cat ${CACHE}/file`)).toEqual({ status: 0, output: 'layers' });
    },
  );

  test('fails on a node without a local disk, so the engine keeps waiting', () => {
    const { output, status } = onNode('no disk', `boot && exit 9; ls -A /mnt/disks; exit 3`);
    expect(status).toBe(3);
    expect(output).not.toContain('dagger');
  });
});
if (reason !== undefined) {
  reportSkipped('the script for raw disks', reason);
}
