import * as http from 'node:http';
import * as https from 'node:https';

/** The fields that identify an object. */
export interface Ref {
  readonly apiVersion: string;
  readonly kind: string;
  /** The name and the namespace. If the namespace is omitted, it is `default` for namespaced kinds. */
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export interface Manifest extends Ref {
  readonly metadata: Ref['metadata'] & { readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

export interface ApplyOptions {
  /** Whether to validate the request without storing the object. @default false */
  readonly dryRun?: boolean;
  /** @default 'test' */
  readonly fieldManager?: string;
  /** Whether to take over fields from other managers. @default false, a conflict is an error */
  readonly force?: boolean;
}

/** The server's response to an apply. */
export interface Applied {
  readonly object: any;
  readonly created: boolean;
  /** The texts of the response's Warning headers, such as warnings from Pod Security or about deprecated kinds. */
  readonly warnings: string[];
}

export interface Selection {
  /** @default - all namespaces */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface Event {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: any;
}

interface Response {
  readonly status: number;
  readonly body: any;
  readonly warnings: string[];
}

interface Sent {
  readonly body?: string;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

interface Resource {
  readonly name: string;
  readonly namespaced: boolean;
}

/** An error response. `body` is the server's Status. */
export class ApiError extends Error {
  public constructor(
    what: string,
    public readonly status: number,
    public readonly body: any,
  ) {
    super(`${what}: ${status} ${body?.message ?? JSON.stringify(body)}`);
    this.name = 'ApiError';
  }

  /** The reason in the Status, such as `Invalid`, `Forbidden`, `Conflict` or `BadRequest`. */
  public get reason(): string | undefined {
    return this.body?.reason;
  }

  /** The fields that caused the error. */
  public get fields(): string[] {
    return (this.body?.details?.causes ?? [])
      .map((cause: any) => cause.field)
      .filter((field: any) => field !== undefined);
  }
}

/** The address of an API server, or the socket of `kubectl proxy`. */
export type Server =
  | {
      readonly url: string;
      readonly token: string;
      /** The certificate to trust. */
      readonly ca: string;
    }
  | { readonly socketPath: string };

/** A minimal Kubernetes client for the tests. */
export class Client {
  private readonly agent: http.Agent;
  private readonly request: (path: string, options: http.RequestOptions) => http.ClientRequest;
  private readonly discovered = new Map<string, Promise<Map<string, Resource>>>();

  public constructor(server: Server) {
    const pool = { keepAlive: true, maxSockets: 64 };
    if ('socketPath' in server) {
      this.agent = new http.Agent(pool);
      this.request = (path, options) => http.request({ ...options, path, socketPath: server.socketPath });
    } else {
      const { url, token, ca } = server;
      this.agent = new https.Agent({ ...pool, ca });
      this.request = (path, options) =>
        https.request(`${url}${path}`, {
          ...options,
          headers: { ...options.headers, authorization: `Bearer ${token}` },
        });
    }
  }

  /** Whether the API server is ready for requests. */
  public isReady(): Promise<boolean> {
    return this.call('GET', '/readyz').then(
      () => true,
      () => false,
    );
  }

  /** Returns the object, or undefined if it doesn't exist. */
  public async get(ref: Ref): Promise<any> {
    return unlessMissing(this.call('GET', await this.path(ref)));
  }

  public async list(apiVersion: string, kind: string, selection: Selection = {}): Promise<any[]> {
    const { items } = (await this.call('GET', await this.collection(apiVersion, kind, selection))).body;
    return items.map((item: any) => ({ apiVersion, kind, ...item }));
  }

  /** Applies an object with server-side apply. Unknown fields are errors. */
  public async apply(object: Manifest, options: ApplyOptions = {}): Promise<Applied> {
    const query = new URLSearchParams({
      fieldManager: options.fieldManager ?? 'test',
      fieldValidation: 'Strict',
      force: `${options.force ?? false}`,
    });
    if (options.dryRun) {
      query.set('dryRun', 'All');
    }
    const answer = await this.call(
      'PATCH',
      `${await this.path(object)}?${query}`,
      object,
      'application/apply-patch+yaml',
    );
    return { object: answer.body, created: answer.status === 201, warnings: answer.warnings };
  }

  /** Creates an object as Helm did before version 4. The manager owns all fields in the request. */
  public async create(object: Manifest, fieldManager: string): Promise<any> {
    const { namespace } = object.metadata;
    const path = await this.collection(object.apiVersion, object.kind, { namespace });
    return (
      await this.call('POST', `${path}?${new URLSearchParams({ fieldManager, fieldValidation: 'Strict' })}`, object)
    ).body;
  }

  public async jsonPatch(ref: Ref, operations: readonly object[]): Promise<any> {
    return (await this.call('PATCH', await this.path(ref), operations, 'application/json-patch+json')).body;
  }

  /** Applies a JSON merge patch. */
  public async patch(ref: Ref, change: object, subresource?: 'scale' | 'status'): Promise<any> {
    const path = subresource === undefined ? await this.path(ref) : `${await this.path(ref)}/${subresource}`;
    return (await this.call('PATCH', `${path}?fieldValidation=Strict`, change, 'application/merge-patch+json')).body;
  }

  public scale(ref: Ref, replicas: number): Promise<any> {
    return this.patch(ref, { spec: { replicas } }, 'scale');
  }

  /** Deletes an object. Returns its final state, or undefined if it didn't exist. */
  public async delete(
    ref: Ref,
    propagationPolicy: 'Background' | 'Foreground' | 'Orphan' = 'Background',
  ): Promise<any> {
    return unlessMissing(this.call('DELETE', `${await this.path(ref)}?propagationPolicy=${propagationPolicy}`));
  }

  /** Evicts a pod like `kubectl drain`. Throws an ApiError with status 429 if a PodDisruptionBudget prevents this. */
  public async evict(pod: Ref): Promise<void> {
    const { name, namespace = 'default' } = pod.metadata;
    await this.call('POST', `${await this.path(pod)}/eviction`, {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name, namespace },
    });
  }

  /**
   * Calls `onEvent` with the existing objects, and then with each change. Unlike polling, a watch misses no state.
   * API servers end the watches of slow clients, and connections break. The watch then resumes after the last version
   * that it received. The returned function ends the watch. It throws if the watch couldn't be resumed, or if `onEvent`
   * threw.
   */
  public async watch(
    apiVersion: string,
    kind: string,
    selection: Selection,
    onEvent: (event: Event) => void,
  ): Promise<() => void> {
    const path = await this.collection(apiVersion, kind, selection);
    const { items, metadata } = (await this.call('GET', path)).body;
    let seen: string = metadata.resourceVersion;
    let failure: unknown;
    const stopping = new AbortController();

    const follow = async (): Promise<void> => {
      for await (const { type, object } of events(await this.openWatch(path, seen, stopping.signal))) {
        if (type === 'ERROR') {
          throw new ApiError(`watch ${path}`, object.code, object);
        }
        seen = object.metadata.resourceVersion;
        if (type !== 'BOOKMARK') {
          onEvent({ type, object });
        }
      }
    };
    const followUntilStopped = async (): Promise<void> => {
      while (!stopping.signal.aborted) {
        await follow().catch((error) => {
          if (!stopping.signal.aborted && error.code !== 'ECONNRESET') {
            throw error;
          }
        });
      }
    };
    for (const item of items) {
      onEvent({ type: 'ADDED', object: { apiVersion, kind, ...item } });
    }
    followUntilStopped().catch((error) => (failure = error));
    return () => {
      stopping.abort();
      if (failure !== undefined) {
        throw failure;
      }
    };
  }

  /** Sends a request, and throws an ApiError if it fails. */
  public async call(method: string, path: string, body?: object, contentType = 'application/json'): Promise<Response> {
    const answer = await this.open(method, path, {
      body: body === undefined ? undefined : JSON.stringify(body),
      contentType,
    });
    const content = parse(await text(answer));
    const status = answer.statusCode!;
    if (status >= 300) {
      throw new ApiError(`${method} ${path}`, status, content);
    }
    return { status, body: content, warnings: warningsOf(answer) };
  }

  /** Whether the server currently serves a kind. */
  public async serves(apiVersion: string, kind: string): Promise<boolean> {
    this.discovered.delete(apiVersion);
    return this.resource(apiVersion, kind).then(
      () => true,
      () => false,
    );
  }

  public close(): void {
    this.agent.destroy();
  }

  private async openWatch(path: string, resourceVersion: string, signal: AbortSignal): Promise<http.IncomingMessage> {
    const query = new URLSearchParams({ watch: 'true', allowWatchBookmarks: 'true', resourceVersion });
    const answer = await this.open('GET', `${path}${path.includes('?') ? '&' : '?'}${query}`, { signal });
    if (answer.statusCode !== 200) {
      throw new ApiError(`watch ${path}`, answer.statusCode!, parse(await text(answer)));
    }
    return answer;
  }

  private async path(ref: Ref): Promise<string> {
    const { name, namespaced } = await this.resource(ref.apiVersion, ref.kind);
    const namespace = namespaced ? `namespaces/${ref.metadata.namespace ?? 'default'}/` : '';
    return `${root(ref.apiVersion)}/${namespace}${name}/${ref.metadata.name}`;
  }

  private async collection(apiVersion: string, kind: string, { namespace, ...selectors }: Selection): Promise<string> {
    const { name } = await this.resource(apiVersion, kind);
    const query = `${new URLSearchParams(Object.entries(selectors).filter(([, selector]) => selector !== undefined))}`;
    return `${root(apiVersion)}/${namespace === undefined ? '' : `namespaces/${namespace}/`}${name}${query && `?${query}`}`;
  }

  private async resource(apiVersion: string, kind: string): Promise<Resource> {
    if (!this.discovered.has(apiVersion)) {
      const kinds = this.call('GET', root(apiVersion)).then(
        ({ body }) =>
          new Map<string, Resource>(
            body.resources
              .filter(({ name }: any) => !name.includes('/'))
              .map((resource: any) => [resource.kind, resource]),
          ),
      );
      kinds.catch(() => this.discovered.delete(apiVersion));
      this.discovered.set(apiVersion, kinds);
    }
    const found = (await this.discovered.get(apiVersion)!).get(kind);
    if (found === undefined) {
      throw new Error(`the server has no ${kind} in ${apiVersion}`);
    }
    return found;
  }

  /** Sends a request. Repeats it if the server has closed the connection, which happens after 90 s without requests. */
  private open(method: string, path: string, { body, contentType, signal }: Sent = {}): Promise<http.IncomingMessage> {
    const headers =
      body === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const sent = this.request(path, { method, agent: this.agent, signal, headers });
      sent.on('response', resolve).on('error', (error: NodeJS.ErrnoException) => {
        const isClosed = sent.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code!);
        return isClosed ? this.open(method, path, { body, contentType, signal }).then(resolve, reject) : reject(error);
      });
      sent.end(body);
    });
  }
}

function root(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

async function unlessMissing(call: Promise<Response>): Promise<any> {
  try {
    return (await call).body;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      return undefined;
    }
    throw error;
  }
}

/** Yields the event in each complete line. If a connection breaks within a line, the resumed watch gets it again. */
async function* events(answer: http.IncomingMessage): AsyncGenerator<any> {
  let incomplete = '';
  for await (const chunk of answer.setEncoding('utf8')) {
    const lines = `${incomplete}${chunk}`.split('\n');
    incomplete = lines.pop()!;
    yield* lines.map((line) => JSON.parse(line));
  }
}

async function text(answer: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Parses a Status or an object. /healthz and similar endpoints return plain text. */
function parse(content: string): any {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}

/**
 * Returns the texts of the Warning headers, which have the form `299 - "text"` (RFC 7234 section 5.5). Reads them from
 * `rawHeaders`, because Node joins them with commas in `headers`.
 */
function warningsOf(answer: http.IncomingMessage): string[] {
  const texts: string[] = [];
  for (let i = 0; i < answer.rawHeaders.length; i += 2) {
    if (answer.rawHeaders[i].toLowerCase() === 'warning') {
      texts.push(JSON.parse(answer.rawHeaders[i + 1].replace(/^\d+ \S+ /, '')));
    }
  }
  return texts;
}
