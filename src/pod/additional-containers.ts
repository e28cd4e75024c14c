import type { Container, ContainerPort } from 'kubernetes-types/core/v1';
import { setOrigin } from '../kubernetes/origins';
import { toWire } from '../kubernetes/wire-form';
import type { Problems } from '../reporting/problems';
import { CONTAINER_NAME, containersOfListener, listenerPorts } from './engine-container';
import type { PodBuilder } from './pod-builder';
import type { PodContext } from './pod-context';

/** Adds the containers of the listener and the user-defined containers to the pod. */
export function addContainers(context: PodContext, builder: PodBuilder): void {
  const { listenerAddition: addition, metricsPorts, problems, props } = context;
  const names = new Set([CONTAINER_NAME, ...containersOfListener(context).map(({ name }) => name)]);
  const check = (property: string, containers: readonly Container[]): Container[] =>
    containers.map((container, index) => {
      setOrigin(container, `${property}[${index}]`);
      if (names.has(container.name)) {
        problems.add(`${property}[${index}].name`, {
          wrong: 'the pod already has a container with this name',
          got: container.name,
          allowed: 'unused names',
          fix: 'rename it',
        });
      }
      names.add(container.name);
      // Other init containers end before the engine starts, so they can use its ports.
      if (property === 'sidecars' || container.restartPolicy === 'Always') {
        checkSharedPorts(
          container.ports ?? [],
          [...listenerPorts(context), ...metricsPorts],
          problems.at(`${property}[${index}]`),
        );
      }
      return container;
    });
  // The native sidecar starts last, so that other init containers can prepare files for it.
  builder.initContainers.push(
    ...check('initContainers', toWire<Container[]>(props.initContainers ?? [])),
    ...(addition?.nativeSidecar === undefined ? [] : [addition.nativeSidecar]),
  );
  builder.sidecars.push(
    ...(addition?.sidecar === undefined ? [] : [addition.sidecar]),
    ...check('sidecars', toWire<Container[]>(props.sidecars ?? [])),
  );
}

/** Reports ports that the engine already uses. The containers of a pod share one network. */
function checkSharedPorts(ports: readonly ContainerPort[], taken: readonly ContainerPort[], problems: Problems): void {
  for (const [index, { containerPort, protocol = 'TCP' }] of ports.entries()) {
    if (protocol === 'TCP' && taken.some((port) => port.containerPort === containerPort)) {
      problems.add(`ports[${index}].containerPort`, {
        wrong: 'the engine listens on this port, and the containers of a pod share one network',
        got: containerPort,
        allowed: 'other ports',
        fix: 'choose another port for one of them',
      });
    }
  }
}
