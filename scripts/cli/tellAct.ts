// SPDX-License-Identifier: MIT

/** Prints what became of an act of a command as one line of JSON; numbers of the chain as text. */
export function tellAct(program: string, act: string, facts: Readonly<Record<string, unknown>>): void {
  const text = JSON.stringify({ program, act, ...facts }, (_, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
  process.stdout.write(`${text}\n`);
}
