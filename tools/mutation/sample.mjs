// SPDX-License-Identifier: MIT
import { createHash } from "node:crypto";

/** Names a mutation by what it does and not by where it stands, so that an explanation outlives lines above it. */
export function nameOf({ file, operator, before, after }, lineText) {
  return [file, operator, lineText.trim(), `${flat(before)} → ${flat(after)}`].join(" | ");
}

/**
 * `count` of the mutations, the same for the same seed: those with the smallest hashes. A mutation that is added elsewhere
 * changes no other's place.
 */
export function sampled(mutations, count, seed) {
  const ranked = mutations.map((mutation) => ({ mutation, rank: rankOf(mutation, seed) }));
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return ranked.slice(0, count).map(({ mutation }) => mutation);
}

function rankOf({ file, start, end, after }, seed) {
  return createHash("sha256").update(`${seed}|${file}|${start}|${end}|${after}`).digest("hex");
}

function flat(text) {
  return text.replaceAll(/\s+/g, " ");
}
