// SPDX-License-Identifier: MIT
import { escapeHtml } from "../plotSvg.ts";

/** What a study found, before everything else. `open`: the runs were too few to say. */
export function leadHtml(verdict: "held" | "broken" | "open", what: string, more: readonly string[]): string {
  const lines = more.filter((line) => line !== "").map((line) => `<br>${escapeHtml(line)}`);
  return `<p class="verdict ${verdict}"><strong>${escapeHtml(what)}</strong>${lines.join("")}</p>`;
}
