// SPDX-License-Identifier: MIT
import { decodeAnswer, encodeCall } from "../../chain/abiText.ts";
import { clearingInterface } from "../../chain/clearingInterface.ts";
import type { ViewCall } from "../../chain/viewProgram.ts";
import type { BlockSight, BookCopy } from "./sights.ts";

const STATES = ["healthy", "flagged", "settled"] as const;

/** How one book is read from the chain; without an id nothing is. */
export function readSample(
  house: string,
  id: bigint | undefined,
): { readonly calls: readonly ViewCall[]; readonly read: (answer: string | undefined) => BlockSight["sample"] } {
  if (id === undefined) return { calls: [], read: () => undefined };
  const data = encodeCall(clearingInterface, "book", [id]);
  return {
    calls: [{ to: house, data }],
    read: (answer) => (answer === undefined ? undefined : { id, book: bookIn(answer) }),
  };
}

function bookIn(answer: string): BookCopy {
  const [book] = decodeAnswer(clearingInterface, "book", `0x${answer}`) as unknown as [
    {
      cash: bigint;
      tips: bigint;
      state: bigint;
      legs: readonly { strike: bigint; isCall: boolean; size: bigint }[];
    },
  ];
  return {
    cash: book.cash,
    tips: book.tips,
    status: STATES[Number(book.state)]!,
    legs: book.legs.map(({ strike, isCall, size }) => ({ strike, isCall, size })),
  };
}
