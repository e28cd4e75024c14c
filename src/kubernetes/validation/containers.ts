import type { Container, ContainerPort, PodSpec, ResourceRequirements, VolumeDevice } from 'kubernetes-types/core/v1';
import type { Problems } from '../../reporting/problems';
import { checkDnsLabel } from '../names';
import { checkPort, checkPortName, PROTOCOLS } from '../ports';
import { checkVariableFiles, checkVariables, checkVariableSources } from './environment';
import { checkLifecycle, checkProbe } from './handlers';
import { checkMounts } from './mounts';
import { checkResources } from './resource-requirements';
import { checkAbsent, checkOneOf, checkPresent, checkUnique, hasBackstep, indexed } from './rules';
import { checkContainerSecurity } from './security-contexts';

const PULL_POLICIES = ['', 'Always', 'IfNotPresent', 'Never'];
const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];
const TERMINATION_MESSAGE_POLICIES = ['', 'File', 'FallbackToLogsOnError'];
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

/** A container restart rule that matches exit codes (Kubernetes 1.34 and later). */
interface RestartRule {
  readonly action?: string;
  readonly exitCodes?: { readonly operator?: string; readonly values?: readonly number[] };
}

/** A container with the fields that `kubernetes-types` doesn't have yet. */
interface NewerContainer extends Container {
  readonly restartPolicyRules?: readonly RestartRule[];
}

/** Checks all containers of a pod (pkg/apis/core/validation, validateContainers and validateInitContainers). */
export function checkContainers(problems: Problems, spec: PodSpec): void {
  const { containers, initContainers } = spec;
  if ((containers ?? []).length === 0) {
    problems.add('containers', {
      wrong: 'a pod must have at least one container',
      got: containers,
      allowed: 'at least one container',
      fix: "use a value such as [{ name: 'app', image: 'app:1' }]",
    });
  }
  for (const [index, container] of indexed(containers)) {
    const at = problems.at(`containers[${index}]`);
    checkContainer(at, container, spec);
    checkRunning(at, container, spec);
  }
  for (const [index, container] of indexed(initContainers)) {
    const at = problems.at(`initContainers[${index}]`);
    checkContainer(at, container, spec);
    if (container.restartPolicy === 'Always') {
      checkRunning(at, container, spec);
    } else {
      checkEnding(at, container);
    }
  }
  checkNames(problems, spec);
  checkHostPorts(problems, spec);
}

function checkContainer(problems: Problems, container: NewerContainer, spec: PodSpec): void {
  checkDnsLabel(problems, 'name', container.name ?? '');
  checkImage(problems, container.image);
  checkOneOf(problems, 'imagePullPolicy', container.imagePullPolicy, PULL_POLICIES);
  checkOneOf(problems, 'terminationMessagePolicy', container.terminationMessagePolicy, TERMINATION_MESSAGE_POLICIES);
  checkOneOf(problems, 'restartPolicy', container.restartPolicy, RESTART_POLICIES);
  checkPorts(problems.at('ports'), container.ports);
  checkVariables(problems.at('env'), container.env);
  checkVariableFiles(problems.at('env'), container.env, spec.volumes ?? []);
  if (container.envFrom !== undefined) {
    checkVariableSources(problems.at('envFrom'), container.envFrom);
  }
  checkMounts(problems, container, spec.volumes ?? []);
  if (container.volumeDevices !== undefined) {
    checkDevices(problems.at('volumeDevices'), container, spec);
  }
  if (container.resources !== undefined) {
    checkResources(problems.at('resources'), container.resources);
    checkClaims(problems.at('resources.claims'), container.resources, spec);
  }
  if (container.resizePolicy !== undefined) {
    checkResizePolicy(problems.at('resizePolicy'), container, spec);
  }
  checkRestartRules(problems, container);
  if (container.securityContext !== undefined) {
    checkContainerSecurity(problems.at('securityContext'), container.securityContext, spec);
  }
}

function checkImage(problems: Problems, image: string | undefined): void {
  if (checkPresent(problems, 'image', image, "'registry.example.com/app:1'") && image!.trim() !== image) {
    problems.add('image', {
      wrong: 'must not start or end with white space',
      got: image,
      allowed: 'an image reference',
      fix: `write ${JSON.stringify(image!.trim())}`,
    });
  }
}

function checkPorts(problems: Problems, ports: readonly ContainerPort[] | undefined): void {
  for (const [index, { containerPort, hostPort, name, protocol }] of indexed(ports)) {
    const at = problems.at(`[${index}]`);
    checkPort(at, 'containerPort', containerPort, protocol);
    if (hostPort !== undefined && hostPort !== 0) {
      checkPort(at, 'hostPort', hostPort, protocol);
    }
    if (name !== undefined && name !== '') {
      checkPortName(at, 'name', name);
    }
    checkOneOf(at, 'protocol', protocol, ['', ...PROTOCOLS]);
  }
  checkUnique(
    problems,
    ports,
    ({ name }) => ({ key: name || undefined, property: 'name' }),
    'another port of the container has this name',
  );
  checkUnique(
    problems,
    ports,
    ({ containerPort, protocol }) => ({
      key: `${containerPort}/${protocol || 'TCP'}`,
      property: 'containerPort',
      got: containerPort,
    }),
    'another port of the container has this number, and server-side apply rejects duplicates',
  );
}

/** Checks a container that runs alongside the others. Such a container can have probes and hooks. */
function checkRunning(problems: Problems, container: Container, spec: PodSpec): void {
  const gracePeriod = spec.terminationGracePeriodSeconds ?? 30;
  if (container.lifecycle !== undefined) {
    checkLifecycle(problems.at('lifecycle'), container.lifecycle, gracePeriod, spec.os?.name);
  }
  for (const kind of PROBES) {
    if (container[kind] !== undefined) {
      checkProbe(problems.at(kind), kind, container[kind]);
    }
  }
}

/** Checks an init container that ends before the others start. */
function checkEnding(problems: Problems, container: Container): void {
  for (const field of ['lifecycle', ...PROBES] as const) {
    checkAbsent(problems, field, container[field], {
      wrong: 'is supported only on init containers that keep running',
      allowed: "an init container with restartPolicy 'Always'",
      fix: `remove it, or set restartPolicy: 'Always' for a native sidecar`,
    });
  }
  for (const [index, { restartPolicy }] of indexed(container.resizePolicy)) {
    if (restartPolicy === 'RestartContainer') {
      problems.add(`resizePolicy[${index}].restartPolicy`, {
        wrong: 'must be NotRequired, because init containers that end are not restarted',
        got: restartPolicy,
        allowed: 'NotRequired',
        fix: 'remove it',
      });
    }
  }
}

function checkNames(problems: Problems, { containers, initContainers }: PodSpec): void {
  const taken = new Set<string>();
  for (const [list, property] of [
    [containers, 'containers'],
    [initContainers, 'initContainers'],
  ] as const) {
    for (const [index, { name }] of indexed(list)) {
      if (name !== undefined && taken.has(name)) {
        problems.add(`${property}[${index}].name`, {
          wrong: 'another container of the pod has this name',
          got: name,
          allowed: 'unused names',
          fix: 'rename one of them',
        });
      }
      taken.add(name);
    }
  }
}

/** Reports host ports that several containers use. The host ports of each init container are checked separately. */
function checkHostPorts(problems: Problems, { containers, hostNetwork = false, initContainers }: PodSpec): void {
  const taken = new Set<string>();
  for (const [index, { ports }] of indexed(containers)) {
    checkHostPortsOf(problems.at(`containers[${index}].ports`), ports, taken);
    checkNodeNetwork(problems.at(`containers[${index}].ports`), ports, hostNetwork);
  }
  for (const [index, { ports }] of indexed(initContainers)) {
    checkHostPortsOf(problems.at(`initContainers[${index}].ports`), ports, new Set());
    checkNodeNetwork(problems.at(`initContainers[${index}].ports`), ports, hostNetwork);
  }
}

function checkNodeNetwork(problems: Problems, ports: readonly ContainerPort[] | undefined, hostNetwork: boolean): void {
  for (const [index, { containerPort, hostPort = 0 }] of indexed(hostNetwork ? ports : [])) {
    if (hostPort !== 0 && hostPort !== containerPort) {
      problems.add(`[${index}].hostPort`, {
        wrong: 'must equal the container port in the host network',
        got: hostPort,
        allowed: String(containerPort),
        fix: 'remove it',
      });
    }
  }
}

function checkHostPortsOf(problems: Problems, ports: readonly ContainerPort[] | undefined, taken: Set<string>): void {
  for (const [index, { hostIP = '', hostPort = 0, protocol }] of indexed(ports)) {
    const key = `${protocol || 'TCP'}/${hostIP}/${hostPort}`;
    if (hostPort !== 0 && taken.has(key)) {
      problems.add(`[${index}].hostPort`, {
        wrong: 'another port of the pod uses this host port',
        got: hostPort,
        allowed: 'unused ports',
        fix: 'choose another port',
      });
    }
    taken.add(key);
  }
}

function checkDevices(
  problems: Problems,
  { volumeDevices, volumeMounts = [] }: Container,
  { volumes = [] }: PodSpec,
): void {
  const taken = new Set<string>();
  for (const [index, device] of indexed(volumeDevices)) {
    const at = problems.at(`[${index}]`);
    const volume = volumes.find(({ name }) => name === device.name);
    if (volume === undefined || (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined)) {
      at.add('name', {
        wrong: 'must name a PersistentVolumeClaim volume',
        got: device.name,
        allowed: 'a volume with persistentVolumeClaim or ephemeral',
        fix: 'add the volume to volumes',
      });
    }
    checkDevicePath(at, device);
    const clashes = [device.name, device.devicePath].some((one) => taken.has(one));
    if (
      clashes ||
      volumeMounts.some(({ name, mountPath }) => name === device.name || mountPath === device.devicePath)
    ) {
      at.add('', {
        wrong: 'the container already has a device or mount with this name or path',
        got: device,
        allowed: 'each volume and path once',
        fix: 'remove one of them',
      });
    }
    taken.add(device.name).add(device.devicePath);
  }
}

function checkDevicePath(problems: Problems, { devicePath }: VolumeDevice): void {
  if (checkPresent(problems, 'devicePath', devicePath, "'/dev/xvda'") && hasBackstep(devicePath)) {
    problems.add('devicePath', {
      wrong: "must not contain '..'",
      got: devicePath,
      allowed: "a path without '..'",
      fix: "use a value such as '/dev/xvda'",
    });
  }
}

/**
 * Checks the device claims of a container. They must refer to claims of the pod (pkg/apis/core/validation,
 * validateResourceClaimNames).
 */
function checkClaims(problems: Problems, { claims }: ResourceRequirements, spec: PodSpec): void {
  const names = (spec.resourceClaims ?? []).map(({ name }) => name);
  const taken: Array<{ name: string; request: string }> = [];
  for (const [index, claim] of indexed(claims)) {
    const { name = '', request = '' } = claim as { readonly name?: string; readonly request?: string };
    if (!names.includes(name)) {
      problems.add(`[${index}].name`, {
        wrong: 'the pod has no resource claim with this name',
        got: name,
        allowed: names.length === 0 ? 'none: the pod has no resourceClaims' : names.join(', '),
        fix: 'add the claim to resourceClaims in the pod',
      });
    }
    if (request !== '') {
      checkDnsLabel(problems, `[${index}].request`, request);
    }
    if (
      taken.some(
        (other) => other.name === name && (other.request === '' || request === '' || other.request === request),
      )
    ) {
      problems.add(`[${index}].name`, {
        wrong: 'the container already has this claim',
        got: name,
        allowed: 'each claim once, or each request of a claim once',
        fix: 'remove it',
      });
    }
    taken.push({ name, request });
  }
}

function checkResizePolicy(problems: Problems, { resizePolicy }: Container, { restartPolicy }: PodSpec): void {
  for (const [index, policy] of indexed(resizePolicy)) {
    checkOneOf(problems, `[${index}].resourceName`, policy.resourceName ?? '', ['cpu', 'memory']);
    checkOneOf(
      problems,
      `[${index}].restartPolicy`,
      policy.restartPolicy ?? '',
      restartPolicy === 'Never' ? ['NotRequired'] : ['NotRequired', 'RestartContainer'],
    );
  }
  checkUnique(
    problems,
    resizePolicy,
    ({ resourceName }) => ({ key: resourceName, property: 'resourceName' }),
    'another policy applies to this resource',
  );
}

function checkRestartRules(problems: Problems, { restartPolicy, restartPolicyRules = [] }: NewerContainer): void {
  if (restartPolicyRules.length > 0 && restartPolicy === undefined) {
    problems.add('restartPolicy', {
      wrong: 'is required with restartPolicyRules',
      allowed: RESTART_POLICIES.join(', '),
      fix: "use a value such as 'Never'",
    });
  }
  if (restartPolicyRules.length > 20) {
    problems.add('restartPolicyRules', {
      wrong: 'exceeds the number of rules that Kubernetes supports',
      got: restartPolicyRules.length,
      allowed: 'at most 20',
      fix: 'remove some',
    });
  }
  for (const [index, { action, exitCodes }] of indexed(restartPolicyRules)) {
    const at = problems.at(`restartPolicyRules[${index}]`);
    checkOneOf(at, 'action', action ?? '', ['Restart', 'RestartAllContainers']);
    checkOneOf(at, 'exitCodes.operator', exitCodes?.operator ?? '', ['In', 'NotIn']);
    if ((exitCodes?.values ?? []).length > 255) {
      at.add('exitCodes.values', {
        wrong: 'exceeds the number of exit codes that Kubernetes supports',
        got: exitCodes?.values?.length,
        allowed: 'at most 255',
        fix: 'remove some',
      });
    }
  }
}
