import { isLoopback } from '../kubernetes/ip-addresses';
import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';

/**
 * Warns about a debug address that can be reached from outside the pod. The debug server provides profiles, traces and
 * the command line without authentication (dagger/dagger v0.21.8 cmd/engine/debug.go).
 */
export function checkDebugAddress(address: string, property: string, problems: Problems): void {
  if (address !== '' && !isLoopback(address)) {
    problems.warn(
      EngineRisk.OPEN_DEBUG_ADDRESS,
      property,
      `any client that reaches ${address} can read the engine's profiles, traces and command line without a password`,
      'use a loopback address such as 127.0.0.1:6060, and connect with kubectl port-forward',
    );
  }
}
