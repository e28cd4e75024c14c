import { drawGraph } from '../../src/cli/graph';
import { runCommand } from './command';

/** Draws the engines in manifests, and everything that can reach them. Returns undefined if there is no engine. */
export function diagramOf(manifests: string): Promise<string | undefined> {
  return runCommand(drawGraph, manifests).then(
    ({ out }) => out,
    () => undefined,
  );
}
