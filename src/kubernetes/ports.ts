import type { Problems } from '../reporting/problems';

/** The protocols of a port. */
export const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

/** Matches a valid port name: IANA_SVC_NAME (RFC 6335, section 5.1), in lower case. */
const PORT_NAME = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/;

/** Reports an invalid port number. */
export function checkPort(problems: Problems, property: string, port: number, protocol = 'TCP'): void {
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    problems.add(property, {
      wrong: `must be a ${protocol} port`,
      got: port,
      allowed: 'a whole number from 1 to 65535',
      fix: 'choose another port',
    });
  }
}

/** Reports an invalid container port name. */
export function checkPortName(problems: Problems, property: string, name: string): void {
  if (!PORT_NAME.test(name)) {
    problems.add(property, {
      wrong: 'must be a valid port name',
      got: name,
      allowed: "at most 15 lower-case letters, digits and single '-' between them, with at least one letter",
      fix: 'rename it',
    });
  }
}
