// SPDX-License-Identifier: MIT
import type { IncomingMessage } from "node:http";

/** Behind a proxy that is the proxy. */
export function callerOf({ socket }: Pick<IncomingMessage, "socket">): string {
  return networkOf(socket.remoteAddress ?? "");
}

/**
 * Who is behind an address, for counting: an IPv4 address itself, written in either way, and of an IPv6 address its first 64
 * bits, since everybody has as many of the rest as he likes.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1]!;
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.replace(/%.*$/, "").split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => "0");
  const groups = [...first, ...zeros, ...last].slice(0, 4);
  return `${groups.map((group) => parseInt(group, 16).toString(16)).join(":")}::/64`;
}

/** What a request asks for; undefined when that is no address, as of `GET //`. */
export function askedOf({ url }: Pick<IncomingMessage, "url">): URL | undefined {
  return URL.parse(url ?? "/", "http://localhost") ?? undefined;
}
