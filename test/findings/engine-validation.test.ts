import { accept } from '../engines';
import { EngineRisk } from '../../src/index';
import { EngineValidation, FindingSeverity } from 'cdk8s-dagger';
import { engine, service, type KubernetesObject } from '../reading/manifests';

/** Runs the validation as cdk8s-cli does, on objects keyed by file. Returns what it reports. */
function validated(
  files: { readonly [path: string]: readonly KubernetesObject[] },
  ...props: ConstructorParameters<typeof EngineValidation>
): { violations: any[]; status?: string; metadata?: object } {
  const outcome: { violations: any[]; status?: string; metadata?: object } = { violations: [] };
  new EngineValidation(...props).validate({
    manifests: Object.keys(files),
    parseManifest: (path: string) => files[path],
    report: {
      addViolation: (violation: object) => outcome.violations.push(violation),
      submit: (status: string, metadata: object) => Object.assign(outcome, { status, metadata }),
    },
  });
  return outcome;
}

const frugal = engine(({ container }) => {
  delete container.resources;
});
const unprivileged = engine(({ container }) => {
  container.securityContext = {};
});

test('fails for errors, and reports other findings', () => {
  expect(validated({ 'a.yaml': [frugal] })).toEqual({
    violations: [
      {
        ruleName: 'warning: no-requests',
        recommendation: expect.stringContaining('without requests'),
        fix: "set requests, for example { cpu: '4', memory: '16Gi' }",
        violatingResources: [
          {
            resourceName: 'engine',
            manifestPath: 'a.yaml',
            locations: ['spec.template.spec.containers[0].resources'],
          },
        ],
      },
    ],
    status: 'success',
    metadata: { errors: '0', warnings: '1', infos: '0' },
  });
  expect(validated({ 'a.yaml': [unprivileged] })).toMatchObject({ status: 'failure', metadata: { errors: '1' } });
});

test('accepts the severity that fails, and findings to ignore', () => {
  expect(validated({ 'a.yaml': [frugal] }, { failOn: FindingSeverity.INFO }).status).toBe('failure');
  expect(
    validated({ 'a.yaml': [unprivileged] }, { acceptRisks: [accept(EngineRisk.UNPRIVILEGED_ENGINE)] }),
  ).toMatchObject({
    status: 'success',
    violations: [],
  });
});

test('rejects an accepted risk that no engine has', () => {
  expect(() => validated({ 'a.yaml': [engine()] }, { acceptRisks: [accept(EngineRisk.NFS_CACHE)] })).toThrow(
    new Error(
      '[cdk8s.yaml] EngineValidation has 1 problem:\n  - acceptRisks[0]: nothing here has this risk; got "EngineRisk.NFS_CACHE"; allowed: a risk that an error or a warning reports; fix: remove it',
    ),
  );
});

test('treats files as one cluster, unless they are separate', () => {
  const files = { 'engine.yaml': [engine()], 'service.yaml': [null, service(8080)] as KubernetesObject[] };
  expect(validated(files)).toMatchObject({
    status: 'failure',
    violations: [{ ruleName: 'error: port-without-listener', violatingResources: [{ manifestPath: 'service.yaml' }] }],
  });
  expect(validated(files, { separateFiles: true })).toMatchObject({ status: 'success', violations: [] });
});

test('reports a finding in the file of its object, even if another file has an object with that name', () => {
  const list = { apiVersion: 'apps/v1', kind: 'DaemonSetList', items: [null, unprivileged] } as KubernetesObject;
  const { violations } = validated({ 'a.yaml': [null as never, engine()], 'b.yaml': [list] });
  expect(
    violations.map(({ ruleName, violatingResources: [{ manifestPath }] }) => `${ruleName} in ${manifestPath}`),
  ).toEqual(expect.arrayContaining(['error: unprivileged-engine in b.yaml', 'error: duplicate-object in b.yaml']));
  expect(
    violations
      .filter(({ violatingResources: [{ manifestPath }] }) => manifestPath === 'a.yaml')
      .map(({ ruleName }) => ruleName),
  ).not.toContain('error: duplicate-object');
});

test('rejects unknown properties and unknown findings', () => {
  const acceptRisks = [{ risk: 'no-request', reason: 'a test' }];
  expect(() => new EngineValidation({ failsOn: 'warning', failOn: 'wraning', acceptRisks } as never)).toThrow(
    new Error(
      [
        '[cdk8s.yaml] EngineValidation has 3 problems:',
        '  - failsOn: is not a property of EngineValidation; allowed: failOn, acceptRisks, separateFiles; fix: use failOn, or remove it',
        '  - failOn: must be a severity; got "wraning"; allowed: error, warning, info; fix: use warning',
        '  - acceptRisks[0].risk: must be the id of a risk; got "no-request"; allowed: a member of EngineRisk; fix: use EngineRisk.NO_REQUESTS',
      ].join('\n'),
    ),
  );
});

test.each<[property: string, given: unknown, says: string]>([
  ['failOn', 2, 'must be a severity; got 2; allowed: error, warning, info; fix: use info'],
  [
    'acceptRisks',
    'plain-tcp',
    'must be a list of accepted risks; got "plain-tcp"; allowed: a list of { risk, reason }; fix: use a value such as [{ risk: EngineRisk.NFS_CACHE, reason: \'a test cluster\' }]',
  ],
  [
    'separateFiles',
    'true',
    'must be a boolean; got "true"; allowed: true or false; fix: set it to true, without quotes',
  ],
  ['separateFiles', 1, 'must be a boolean; got 1; allowed: true or false; fix: set it to true or false'],
])('%s: rejects %j in cdk8s.yaml', (property, given, says) => {
  expect(() => new EngineValidation({ [property]: given } as never)).toThrow(
    new Error(`[cdk8s.yaml] EngineValidation has 1 problem:\n  - ${property}: ${says}`),
  );
});
