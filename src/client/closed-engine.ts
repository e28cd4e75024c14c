import type { IConstruct } from 'constructs';
import { readState, stateOf } from '../reporting/construct-state';
import type { Problem, Problems } from '../reporting/problems';

const CLOSED = 'rejects-clients';

/** Makes an engine reject every client that the program connects later. */
export function rejectClients(engine: IConstruct, problem: Problem): void {
  stateOf(engine, CLOSED, () => problem);
}

/** Reports a client of an engine that rejects new clients. */
export function checkAcceptsClients(engine: IConstruct, problems: Problems): void {
  const problem = readState<Problem>(engine, CLOSED);
  if (problem !== undefined) {
    problems.add('engine', problem);
  }
}
