// SPDX-License-Identifier: MIT

/** Prints what became of an act of `ballast seat` as one line of JSON; numbers of the chain as text. */
export function tellSeat(act: string, facts: Readonly<Record<string, unknown>>): void {
  const text = JSON.stringify({ program: "seat", act, ...facts }, (_, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
  process.stdout.write(`${text}\n`);
}
