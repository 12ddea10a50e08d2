// SPDX-License-Identifier: MIT

/** The command that plays the run of a folder again, as it is pasted into a shell. Pure. */
export function replayCommand(folder: string): string {
  return `ballast simulate replay ${quoted(folder)}`;
}

function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
