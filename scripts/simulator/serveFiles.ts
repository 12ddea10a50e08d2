// SPDX-License-Identifier: MIT
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/** A folder that is served. */
export interface FileServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the files of a folder on this machine, and nothing outside of it. @param port 0 lets the system choose. */
export async function serveFiles(folder: string, port = 0): Promise<FileServer> {
  const server = createServer((request, response) => {
    void answer(folder, request.url ?? "/", response);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(folder: string, asked: string, response: ServerResponse): Promise<void> {
  const content = await contentOf(folder, asked);
  response.writeHead(content === undefined ? 404 : 200, { "content-type": content?.type ?? "text/plain" });
  response.end(content?.bytes ?? "not found");
}

async function contentOf(folder: string, asked: string): Promise<{ bytes: Buffer; type: string } | undefined> {
  try {
    const path = decodeURIComponent(new URL(asked, "http://localhost").pathname);
    // Normalised from the root, a path cannot leave the folder.
    const file = join(folder, normalize(path.endsWith("/") ? `${path}index.html` : path));
    return { bytes: await readFile(file), type: TYPES[extname(file)] ?? "application/octet-stream" };
  } catch {
    return undefined; // no such file, or no path at all
  }
}
