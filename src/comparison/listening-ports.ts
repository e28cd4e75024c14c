import type { DescribedEngine } from '../reading/described-engine';
import type { Field } from '../reading/field';
import { portOf } from '../reading/listening';

/** The clients that a port accepts. */
export type PortSecurity = 'metrics' | 'mutual TLS' | 'plain TCP' | 'TLS without client certificates';

/** A port that clients of an engine can use. */
export interface EnginePort {
  readonly port: number;
  readonly security: PortSecurity;
  /** The names in client certificates that are accepted, or undefined for all. */
  readonly names?: readonly string[];
  /** The port on the node's address. */
  readonly hostPort?: number;
  readonly field: Field;
}

/** Returns the ports that clients of an engine can use. */
export function enginePorts({ container, listening, others }: DescribedEngine): EnginePort[] {
  const hostPort = (of: Field, port: number): Pick<EnginePort, 'hostPort'> => {
    const found = of
      .at('ports')
      .items.find((one) => one.at('containerPort').number === port)
      ?.at('hostPort').number;
    return found === undefined ? {} : { hostPort: found };
  };
  const own = listening.addresses.map(({ port }): EnginePort => ({
    port,
    security: listening.servesTls ? 'mutual TLS' : 'plain TCP',
    ...hostPort(container, port),
    field: container,
  }));
  const sidecars = others.flatMap((other): EnginePort[] => {
    const args = [...other.at('command').items, ...other.at('args').items].map(({ text = '' }) => text);
    const value = (flag: string): string | undefined =>
      args.find((arg) => arg.startsWith(`--${flag}=`))?.slice(flag.length + 3) ?? args[args.indexOf(`--${flag}`) + 1];
    const port = portOf(value('listen'));
    // The flags of ghostunnel (docs/reference/manpage-linux.md@v1.11.0).
    if (!args.includes('server') || !args.some((arg) => arg.startsWith('--target')) || Number.isNaN(port)) {
      return [];
    }
    const names = args.flatMap((arg) => /^--allow-(?:cn|ou|dns|uri)=(.*)$/.exec(arg)?.[1] ?? []);
    const isMutual = !args.includes('--disable-authentication');
    return [
      {
        port,
        security: isMutual ? 'mutual TLS' : 'TLS without client certificates',
        ...(isMutual && !args.includes('--allow-all') && { names }),
        ...hostPort(other, port),
        field: other,
      },
    ];
  });
  const { metrics } = listening;
  return [...own, ...sidecars, ...(metrics === undefined ? [] : [{ ...metrics, security: 'metrics' as const }])];
}
