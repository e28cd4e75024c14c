import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConcourseTask,
  EngineAccess,
  WoodpeckerStep,
  type ConcourseTaskOptions,
  type WoodpeckerStepOptions,
} from '../../src/index';
import { access } from './access';

function concourse(engine: EngineAccess, options: Partial<ConcourseTaskOptions> = {}): ConcourseTask {
  return new ConcourseTask({ engine, imageRepository: 'registry.example.com/ci', script: 'dagger check', ...options });
}

function woodpecker(engine: EngineAccess, options: Partial<WoodpeckerStepOptions> = {}): WoodpeckerStep {
  return new WoodpeckerStep({
    engine,
    name: 'check',
    image: 'registry.example.com/ci:1',
    commands: ['dagger check'],
    ...options,
  });
}

const PEM = '-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----';

/** Runs shell lines as a job would, with /etc/ in a temporary directory. Returns the files that they write. */
function filesWrittenBy(lines: string): { [name: string]: { text: string; mode: string } } {
  const root = mkdtempSync(join(tmpdir(), 'cdk8s-dagger-'));
  try {
    const env = {
      PATH: process.env.PATH,
      DAGGER_TLS_CRT: `${PEM}1`,
      DAGGER_TLS_KEY: `${PEM}2`,
      DAGGER_CA_CRT: `${PEM}3`,
    };
    execFileSync('sh', ['-ec', `${lines.replaceAll('/etc/', `${root}/`)}\ntest -z "$DAGGER_TLS_KEY"`], { env });
    return Object.fromEntries(
      ['tls.crt', 'tls.key', 'ca.crt'].map((name) => {
        const file = join(root, 'dagger-client/pool', name);
        return [name, { text: readFileSync(file, 'utf8'), mode: (statSync(file).mode & 0o777).toString(8) }];
      }),
    );
  } finally {
    rmSync(root, { recursive: true });
  }
}

const WRITTEN = {
  'tls.crt': { text: `${PEM}1\n`, mode: '600' },
  'tls.key': { text: `${PEM}2\n`, mode: '600' },
  'ca.crt': { text: `${PEM}3\n`, mode: '600' },
};

describe('Concourse', () => {
  test('uses the certificate from the credential manager, for TLS', () => {
    expect(
      concourse(access().tls(), {
        imageTag: '1',
        inputs: ['source'],
        params: { TOKEN: '((token))' },
        script: 'cd source\ndagger check',
      }).toYaml(),
    ).toMatchSnapshot();
  });

  test('uses TCP', () => {
    expect(concourse(access().tcp()).config).toEqual({
      platform: 'linux',
      image_resource: { type: 'registry-image', source: { repository: 'registry.example.com/ci' } },
      params: { _EXPERIMENTAL_DAGGER_RUNNER_HOST: 'tcp://pool.ci.svc:1234' },
      run: { path: 'sh', args: ['-ec', 'dagger check'] },
    });
  });

  test('writes the files of the address, readable only by the user of the script', () => {
    const { run } = concourse(access().tls(), { script: 'true' }).config as any;
    expect(filesWrittenBy(run.args[1])).toEqual(WRITTEN);
  });

  test('rejects an engine in the pod, and variables of the library', () => {
    expect(() => concourse(access().inPod(), { params: { _EXPERIMENTAL_DAGGER_RUNNER_HOST: '' } })).toThrow(
      new Error(
        [
          '[test/builder] ConcourseTask has 2 problems:',
          '  - engine: Concourse jobs can\'t mount a directory from the node or run an engine in their pod; got "unix:///run/dagger/engine.sock"; allowed: tcp://, tls://; fix: set listener on the engine, and connect over TCP or TLS',
          '  - params._EXPERIMENTAL_DAGGER_RUNNER_HOST: the library sets this variable; got ""; allowed: other variables; fix: remove it',
        ].join('\n'),
      ),
    );
  });

  test('accepts secrets only as variables of the credential manager', () => {
    expect(
      concourse(access().tcp(), { params: { DAGGER_CLOUD_TOKEN: '((dagger-cloud))' } }).config.params,
    ).toMatchObject({ DAGGER_CLOUD_TOKEN: '((dagger-cloud))' });
    expect(() => concourse(access().tcp(), { params: { DAGGER_CLOUD_TOKEN: 'abcdef' } })).toThrow(
      'params.DAGGER_CLOUD_TOKEN: looks like a secret, judging by its name, and everyone who reads the configuration would see it; allowed: references to secrets; fix: use ((variables)) from the credential manager',
    );
  });

  test("rejects a CA that the credential manager doesn't have", () => {
    expect(() => concourse(access().tlsOfTwo())).toThrow(
      'the certificate\'s Secret does not contain this file; got "/etc/dagger-client/pool/ca.crt"; allowed: a Secret with the certificate, the key and the CA; fix: add the CA to the certificate\'s Secret',
    );
  });

  test("rejects the Kubernetes API, because a worker's container has no service account", () => {
    expect(() => concourse(access().api())).toThrow('allowed: tcp://, tls://');
  });
});

describe('Woodpecker', () => {
  test('uses the certificate from secrets of Woodpecker, for TLS', () => {
    expect(woodpecker(access().tls(), { environment: { CI_DEBUG: '1' } }).toYaml()).toMatchSnapshot();
  });

  test('writes the files of the address, readable only by the user of the commands', () => {
    const { commands } = woodpecker(access().tls(), { commands: ['true'] }).step as any;
    expect(filesWrittenBy(commands.join('\n'))).toEqual(WRITTEN);
  });

  test('sets the label that the network policy admits, for TCP', () => {
    expect(woodpecker(access().tcp()).step).toEqual({
      name: 'check',
      image: 'registry.example.com/ci:1',
      environment: { _EXPERIMENTAL_DAGGER_RUNNER_HOST: 'tcp://pool.ci.svc:1234' },
      commands: ['dagger check'],
      backend_options: { kubernetes: { labels: { 'cdk8s-dagger.github.io/client-of-pool': 'ci' } } },
    });
  });

  test('uses the Kubernetes API', () => {
    expect(woodpecker(access().api()).step.backend_options).toEqual({ kubernetes: { serviceAccountName: 'runner' } });
  });

  test('rejects the socket on the node, and variables of the library', () => {
    expect(() => woodpecker(access().socket(), { environment: { _EXPERIMENTAL_DAGGER_RUNNER_HOST: '' } })).toThrow(
      new Error(
        [
          '[test/engine] WoodpeckerStep has 2 problems:',
          '  - engine: Woodpecker jobs can\'t mount a directory from the node or run an engine in their pod; got "unix:///run/dagger/engine.sock"; allowed: tcp://, tls://, kube-pod://; fix: set listener on the engine, and connect over TCP or TLS',
          '  - environment._EXPERIMENTAL_DAGGER_RUNNER_HOST: the library sets this variable; got ""; allowed: other variables; fix: remove it',
        ].join('\n'),
      ),
    );
  });

  test('accepts only secrets of Woodpecker, by name', () => {
    expect(
      woodpecker(access().tcp(), { secretEnvironment: { DAGGER_CLOUD_TOKEN: 'dagger_cloud' } }).step.environment,
    ).toMatchObject({ DAGGER_CLOUD_TOKEN: { from_secret: 'dagger_cloud' } });
    expect(() =>
      woodpecker(access().tcp(), {
        environment: { DAGGER_CLOUD_TOKEN: 'abcdef' },
        commands: ['curl https://user:hunter2@example.com'],
      }),
    ).toThrow(
      new Error(
        [
          '[test/pool] WoodpeckerStep has 2 problems:',
          '  - environment.DAGGER_CLOUD_TOKEN: looks like a secret, judging by its name, and everyone who reads the configuration would see it; allowed: references to secrets; fix: create a secret in Woodpecker, and use secretEnvironment',
          '  - commands: looks like a URL with a password, and everyone who reads the configuration would see it; allowed: references to secrets; fix: create a secret in Woodpecker, and use secretEnvironment',
        ].join('\n'),
      ),
    );
  });

  test('rejects a CLI from the image of the engine', () => {
    expect(() => woodpecker(access().withCli())).toThrow(
      new Error(
        '[test/pool] WoodpeckerStep has 1 problem:\n  - engine: the CLI is installed by an init container, which a Woodpecker step can\'t have; got "a connection with cli"; allowed: an image with the CLI; fix: remove cli from the connection',
      ),
    );
  });
});
