// SPDX-License-Identifier: MIT
/** What of the package ws is used here; it brings no types of its own. */
declare module "ws" {
  import type { IncomingMessage } from "node:http";
  import type { Duplex } from "node:stream";

  export class WebSocket {
    readonly bufferedAmount: number;
    send(data: string, sent?: (error?: Error) => void): void;
    ping(): void;
    pong(data: Buffer): void;
    close(code?: number, reason?: string): void;
    terminate(): void;
    on(event: "close" | "pong" | "message", listener: () => void): this;
    on(event: "ping", listener: (data: Buffer) => void): this;
    on(event: "error", listener: (error: Error) => void): this;
  }

  export class WebSocketServer {
    constructor(options: {
      noServer: true;
      maxPayload: number;
      perMessageDeflate: false;
      clientTracking: false;
      autoPong: false;
    });
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (socket: WebSocket) => void): void;
  }
}
