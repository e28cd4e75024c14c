import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';

/**
 * A listener on a unix socket that accepts the protocols of the engine on one port: HTTP/1.1 requests that upgrade to a
 * byte stream, and HTTP/2 with prior knowledge (dagger/dagger v0.21.7 engine/client/client.go:686-735 and 1487-1515).
 * Echoes the bytes of the stream.
 */
export class FakeEngine {
  public connections = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  public constructor() {
    const http = createHttpServer((_, response) => response.writeHead(500).end());
    http.on('upgrade', (_, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
      socket.pipe(socket);
    });
    const http2 = createHttp2Server((request, response) => {
      request.setEncoding('utf8');
      let body = '';
      request.on('data', (data) => (body += data));
      request.on('end', () => response.end(`${request.httpVersion} ${body}`));
    });
    this.server = createServer((socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.sockets.delete(socket));
      socket.once('data', (first) => {
        socket.pause();
        socket.unshift(first);
        (String(first).startsWith('PRI * HTTP/2.0') ? http2 : http).emit('connection', socket);
        process.nextTick(() => socket.resume());
      });
    });
  }

  public listen(path: string): Promise<void> {
    return new Promise((resolve) => this.server.listen(path, resolve));
  }

  public close(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
