import { APP_PROGRAMS } from './app';
import { AUTOSCALING_PROGRAMS } from './autoscaling';
import { CI_SYSTEM_PROGRAMS } from './ci-systems';
import { CONNECTION_PROGRAMS } from './connection';
import { ENGINE_JSON_PROGRAMS } from './engine-json';
import { ENGINE_TOML_PROGRAMS } from './engine-toml';
import { GITOPS_PROGRAMS } from './gitops';
import { FLEET_PROGRAMS } from './fleets';
import { KUBERNETES_PROGRAMS } from './kubernetes';
import { MONITORING_PROGRAMS } from './monitoring';
import { NETWORK_PROGRAMS } from './network';
import { NODE_PROGRAMS } from './nodes';
import { POD_PROGRAMS } from './pod';
import type { WrongProgram } from './program';
import { RISK_PROGRAMS } from './risks';
import { SEED_PROGRAMS } from './seed';
import { STORAGE_PROGRAMS } from './storage';
import { TLS_PROGRAMS } from './tls';
import { ADMISSION_PROGRAMS, PLATFORM_PROGRAMS, SECRET_PROGRAMS } from './trust';
import { VERSION_PROGRAMS } from './version';
import { WORKLOAD_PROGRAMS } from './workload';
import { WRONG_TYPE_PROGRAMS } from './wrong-types';

/** Programs that the library must reject, keyed by topic. */
export const CATALOGUE: { readonly [area: string]: readonly WrongProgram[] } = {
  'Engine releases': VERSION_PROGRAMS,
  'engine.json': ENGINE_JSON_PROGRAMS,
  'engine.toml': ENGINE_TOML_PROGRAMS,
  'Cache volumes': STORAGE_PROGRAMS,
  'Seeds of caches': SEED_PROGRAMS,
  Pods: POD_PROGRAMS,
  'Ports, Services and addresses': NETWORK_PROGRAMS,
  'TLS and certificates': TLS_PROGRAMS,
  Connections: CONNECTION_PROGRAMS,
  'Access to the engine': ADMISSION_PROGRAMS,
  'Secrets in plain text': SECRET_PROGRAMS,
  'Namespaces, nodes and OpenShift': PLATFORM_PROGRAMS,
  'Engines in jobs, and CI systems': CI_SYSTEM_PROGRAMS,
  'Rules of the API server': KUBERNETES_PROGRAMS,
  'Monitoring and telemetry': MONITORING_PROGRAMS,
  'Nodes and disks': NODE_PROGRAMS,
  Workloads: WORKLOAD_PROGRAMS,
  Autoscaling: AUTOSCALING_PROGRAMS,
  'Argo CD and Flux': GITOPS_PROGRAMS,
  Fleets: FLEET_PROGRAMS,
  'Several objects in one app': APP_PROGRAMS,
  'Accepted risks': RISK_PROGRAMS,
  'Wrong types and unknown properties': WRONG_TYPE_PROGRAMS,
};
