// A port that devices open connections to: bounded, and closed with all that is connected.

import { createServer, type Socket } from 'node:net';

export type Door = {
  readonly port: number;
  readonly connections: () => number;
  readonly close: () => Promise<void>;
};

/** `hear` gets each connection; a fault of one closes it alone. */
export async function openDoor(o: {
  readonly host: string;
  readonly port: number;
  readonly mostConnections: number;
  readonly hear: (socket: Socket) => void;
}): Promise<Door> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    o.hear(socket);
  });
  server.maxConnections = o.mostConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(o.port, o.host, resolve);
  });
  const at = server.address();
  return {
    port: typeof at === 'object' && at !== null ? at.port : o.port,
    connections: () => sockets.size,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
