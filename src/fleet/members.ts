import { Problems } from '../reporting/problems';
import { instead } from '../reporting/suggestions';
import { EngineVersion } from '../version/engine-version';
import { keyOfRelease, type FleetMember } from './fleet-member';

/** The properties of a client that select a member. */
interface Selection {
  readonly key?: string;
  readonly clientVersion?: string;
}

/** The maximum number of members that a message lists. */
const LISTED = 20;

/** The members of a fleet, by key and by release. */
export class Members {
  private readonly byKey = new Map<string, FleetMember>();
  /** The members of each release. A fleet can have many members, but few releases. */
  private readonly byTag = new Map<string, FleetMember[]>();

  /** The members, in the order that they were added. */
  public get all(): FleetMember[] {
    return [...this.byKey.values()];
  }

  public get(key: string): FleetMember | undefined {
    return this.byKey.get(key);
  }

  public add(member: FleetMember): void {
    this.byKey.set(member.key, member);
    const { tag } = member.version;
    const others = this.byTag.get(tag) ?? [];
    others.push(member);
    this.byTag.set(tag, others);
  }

  /** Returns the member with a key. Reports an unknown key. */
  public withKey(key: string, problems: Problems): FleetMember | undefined {
    const found = this.get(key);
    if (found === undefined) {
      const keys = [...this.byKey.keys()];
      problems.add('key', {
        wrong: 'the fleet has no member with this key',
        got: key,
        allowed: keys.length === 0 ? 'the key of a member' : listed(keys),
        fix: keys.length === 0 ? 'add a member' : instead(key, keys, 'use one of them, or add the member'),
      });
    }
    return found;
  }

  /**
   * Selects a member by its key, or by the release of its client: the member whose key is the release, or else the only
   * one with the same release, or else the only one that accepts the client. Only a key selects an untrusted or
   * retiring member.
   */
  public select({ clientVersion, key }: Selection, problems: Problems): FleetMember | undefined {
    if (key !== undefined) {
      return this.withKey(key, problems);
    }
    const client = clientVersion === undefined ? undefined : EngineVersion._parse(clientVersion, new Problems(), '');
    if (client !== undefined) {
      return this.accepting(client, problems);
    }
    problems.add(clientVersion === undefined ? 'key' : 'clientVersion', {
      wrong:
        clientVersion === undefined
          ? 'is required, unless clientVersion selects the member'
          : 'must be a release of Dagger that this library supports',
      got: clientVersion,
      allowed:
        clientVersion === undefined
          ? listed([...this.byKey.keys()])
          : 'v0.12.0 and later, or v1.0.0-beta.1 and later, such as "v0.21.7"',
      fix: 'set key to the key of a member, or clientVersion to the release of the client',
    });
    return undefined;
  }

  private accepting(client: EngineVersion, problems: Problems): FleetMember | undefined {
    const own = this.byKey.get(keyOfRelease(client));
    if (own !== undefined && own.version.tag === client.tag && isOpen(own)) {
      return own;
    }
    const same = (this.byTag.get(client.tag) ?? []).filter(isOpen);
    const found = same.length > 0 ? same : this.compatible(client);
    if (found.length === 1) {
      return found[0];
    }
    const isAmbiguous = found.length > 1;
    problems.add('clientVersion', {
      wrong: isAmbiguous ? 'several members accept this client' : 'no member accepts this client',
      got: client.tag,
      allowed: isAmbiguous ? `one of ${described(found)}` : this.accepted(),
      fix: isAmbiguous
        ? `set key, for example to ${JSON.stringify(found[0]!.key)}`
        : `add a member, for example { version: '${client.tag}' }`,
    });
    return undefined;
  }

  private compatible(client: EngineVersion): FleetMember[] {
    return [...this.byTag.values()]
      .filter(([first]) => first!.version._rejectionOf(client) === undefined)
      .flatMap((members) => members.filter(isOpen));
  }

  private accepted(): string {
    const open = this.all.filter(isOpen);
    return open.length === 0
      ? 'a trusted member that is not being retired'
      : `clients of these members: ${described(open)}`;
  }
}

/** Whether clients can be connected to a member without its key. */
function isOpen({ isRetiring, isTrusted }: FleetMember): boolean {
  return isTrusted && !isRetiring;
}

function described(members: readonly FleetMember[]): string {
  return listed(members.map(({ key, version }) => `${key} (${version.tag}, clients since ${version.minimumClient})`));
}

function listed(items: readonly string[]): string {
  const more = items.length - LISTED;
  return [...items.slice(0, LISTED), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
