// SPDX-License-Identifier: MIT
import type { HttpServer } from "../chain/serveHttp.ts";

/** Prints where a program listens, as one JSON line on stdout, for whoever started it. */
export function announce(
  program: string,
  server: Omit<HttpServer, "close">,
  facts: Readonly<Record<string, string>> = {},
): void {
  const { host, port, url } = server;
  process.stdout.write(`${JSON.stringify({ program, host, port, url, ...facts })}\n`);
}

/** Prints what `--check` found, as one JSON line on stdout. */
export function announceCheck(program: string, facts: Readonly<Record<string, string>>): void {
  process.stdout.write(`${JSON.stringify({ program, check: "ok", ...facts })}\n`);
}
