import { request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as requestHttps } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Secret } from './certificates';

/** A connection like the Dagger client's to a `tls://` address: with the host as server name, and without ALPN. */
export interface Dial {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
  readonly client?: Secret;
}

export function dial({ ca, client, host, port }: Dial): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls(
      {
        host: '127.0.0.1',
        port,
        servername: host,
        ca,
        ...(client && { cert: client['tls.crt'], key: client['tls.key'] }),
      },
      () => resolve(socket),
    );
    socket.on('error', reject);
  });
}

/** Opens a byte stream with an HTTP/1.1 upgrade. */
export async function upgrade(to: Dial): Promise<Duplex> {
  const connection = await dial(to);
  return new Promise((resolve, reject) => {
    const call = request({ createConnection: () => connection, headers: { Connection: 'Upgrade', Upgrade: 'echo' } });
    call.on('upgrade', (_, socket) => resolve(socket));
    call.on('response', ({ statusCode }) => reject(new Error(`status ${statusCode}`)));
    call.on('error', reject);
    connection.on('error', reject);
    call.end();
  });
}

/** Sends a text over an upgraded stream, and returns the response. */
export async function overUpgrade(to: Dial, text: string): Promise<string> {
  const stream = await upgrade(to);
  try {
    return await echo(stream, text);
  } finally {
    stream.destroy();
  }
}

/** Sends a text, and returns a response of the same length. */
export function echo(stream: Duplex, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let back = '';
    const take = (data: Buffer): void => {
      back += data;
      if (back.length >= text.length) {
        stream.off('data', take);
        resolve(back);
      }
    };
    stream.on('data', take);
    stream.once('error', reject);
    stream.once('close', () => reject(new Error('closed')));
    stream.write(text);
  });
}

/** Sends a text over HTTP/2 with prior knowledge, and returns the response. */
export async function overHttp2(to: Dial, text: string): Promise<string> {
  const connection = await dial(to);
  const session = connectHttp2('http://engine', { createConnection: () => connection });
  try {
    return await new Promise((resolve, reject) => {
      session.on('error', reject);
      session.on('close', () => reject(new Error('closed')));
      const stream = session.request({ ':path': '/query', ':method': 'POST' });
      let back = '';
      stream.setEncoding('utf8');
      stream.on('data', (data) => (back += data));
      stream.on('end', () => resolve(back));
      stream.on('error', reject);
      stream.end(text);
    });
  } finally {
    session.destroy();
  }
}

/** Returns the status or the error code of a probe. Like the kubelet, this doesn't verify the certificate. */
export function probe(port: number, path: string): Promise<number | string> {
  return new Promise((resolve) => {
    const call = requestHttps(
      { host: '127.0.0.1', port, path, rejectUnauthorized: false, agent: false },
      (response) => {
        response.resume();
        resolve(response.statusCode!);
      },
    );
    call.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code!));
    call.end();
  });
}
