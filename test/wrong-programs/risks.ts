import { EngineRisk, Risks } from '../../src/index';
import { accept } from '../engines';
import { daemonSet, deployment, type WrongProgram } from './program';

export const RISK_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'a risk that the engine does not have',
    program: (chart) => daemonSet(chart, { acceptRisks: [accept(EngineRisk.NFS_CACHE)] }),
    says: 'Validation failed with the following errors:\n  [ci/engine] acceptRisks[0]: nothing here has this risk; got "EngineRisk.NFS_CACHE"; allowed: a risk that an error or a warning reports; fix: remove it',
  },
  {
    title: 'a risk that the property does not have',
    program: (chart) =>
      daemonSet(chart, {
        args: ['--unknown'],
        acceptRisks: [accept(EngineRisk.UNKNOWN_FLAG), accept(EngineRisk.UNKNOWN_FLAG, 'env')],
      }),
    says: 'Validation failed with the following errors:\n  [ci/engine] acceptRisks[1]: nothing here has this risk at env; got "EngineRisk.UNKNOWN_FLAG"; allowed: a risk that an error or a warning reports; fix: remove it',
  },
  {
    title: 'a risk of a chart that none of its engines has',
    program: (chart) => {
      Risks.of(chart).accept(EngineRisk.NFS_CACHE, 'a test cluster');
      daemonSet(chart);
    },
    says: 'Validation failed with the following errors:\n  [ci] Risks.of(scope).accept: nothing here has this risk; got "EngineRisk.NFS_CACHE"; allowed: a risk that an error or a warning reports; fix: remove it',
  },
  {
    title: 'a risk that is accepted for another property',
    program: (chart) =>
      daemonSet(chart, { args: ['--unknown'], acceptRisks: [accept(EngineRisk.UNKNOWN_FLAG, 'arg')] }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - args[0]: is not a flag of the engine, so the engine exits; got "--unknown"; allowed: flags of dagger-engine; fix: use --wcprof, or remove it; or accept EngineRisk.UNKNOWN_FLAG',
  },
  {
    title: 'a mistake that Kubernetes rejects',
    program: (chart) => deployment(chart, { replicas: -1, acceptRisks: [accept(EngineRisk.INVALID_MANIFEST)] }),
    says: '[ci/engine] EngineDeployment has 1 problem:\n  - replicas: must be a number of replicas; got -1; allowed: a whole number from 0 to 150000; fix: set it to 1',
  },
  {
    title: 'accepted risks without reason, with a list index, and with a secret',
    program: (chart) =>
      daemonSet(chart, {
        acceptRisks: [
          { risk: EngineRisk.NFS_CACHE, reason: ' ' },
          { risk: EngineRisk.UNKNOWN_FLAG, property: 'args[0]', reason: 'a fork of the engine' },
          { risk: EngineRisk.NFS_CACHE, reason: `token ghp_${'a1B2'.repeat(9)}` },
        ],
      }),
    says: '[ci/engine] EngineDaemonSet has 3 problems:\n  - acceptRisks[0].reason: must not be empty; got " "; allowed: an explanation for reviewers; fix: explain why the risk is acceptable here\n  - acceptRisks[1].property: must be a property path without list indexes; got "args[0]"; allowed: property names separated by dots; fix: use a value such as "args"\n  - acceptRisks[2].reason: appears to contain a GitHub token, which anyone who can read the manifest would see; allowed: text without secrets; fix: remove the secret',
  },
  {
    title: 'an unknown risk',
    program: (chart) => daemonSet(chart, { acceptRisks: [{ risk: 'nfs' as EngineRisk, reason: 'a test' }] }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - acceptRisks[0].risk: is not a member of EngineRisk; got "nfs"; allowed: a member of EngineRisk; fix: use EngineRisk.NFS_CACHE',
  },
  {
    title: 'a risk that a chart accepts without a reason',
    program: (chart) => Risks.of(chart).accept(EngineRisk.NFS_CACHE, ''),
    says: '[ci] Risks has 1 problem:\n  - reason: must not be empty; got ""; allowed: an explanation for reviewers; fix: explain why the risk is acceptable here',
  },
  {
    title: 'the annotation of the accepted risks, written by hand',
    program: (chart) =>
      daemonSet(chart, { annotations: { 'cdk8s-dagger.github.io/accepted-risks': 'nfs-cache: a test cluster' } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - annotations: the library sets this key itself; got "cdk8s-dagger.github.io/accepted-risks"; allowed: other keys; fix: remove it',
  },
];
