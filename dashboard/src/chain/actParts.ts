// SPDX-License-Identifier: MIT
import { BallastError } from "../../../scripts/model/BallastError.ts";
import type { WrappedLong } from "../../../typechain-types/periphery/WrappedLong.ts";
import type { Step, Typed } from "../model/act.ts";
import type { Read } from "../model/Read.ts";
import type { SeenBlock } from "../model/snapshot.ts";
import { badInput } from "../model/typedValues.ts";
import { contractAt } from "./Contract.ts";
import type { Asked } from "./Endpoint.ts";
import { Page } from "./Page.ts";
import type { Places, Token } from "./Places.ts";
import { tokenInterface } from "./tokenInterface.ts";

/** Whose act, on which state of the chain. */
export interface ActPlace {
  readonly endpoint: Asked;
  readonly places: Places;
  readonly chainId: bigint;
  /** Where quotes are shown; undefined where nobody said. */
  readonly board: string | undefined;
  /** On which everything is read and tried: what the page shows. */
  readonly block: SeenBlock;
  /** Lower case. */
  readonly account: string;
}

/** A market of the deployment, by its number. */
export type NumberedMarket = Places["markets"][number];

/** The market that was chosen. @throws BallastError `badInput`. */
export function chosenMarket({ places }: ActPlace, { market }: Typed): NumberedMarket {
  const found = places.markets.find(({ number }) => String(number) === market);
  if (found === undefined) throw badInput("market");
  return found;
}

/** @throws BallastError `cannotRead` for what an act cannot do without. */
export function neededRead<Value>(read: Read<Value>): Value {
  if (read.kind === "read") return read.value;
  throw new BallastError("cannotRead", read.text);
}

/** Nothing where enough is approved already; exactly what is needed otherwise. @param amount Units of the token. */
export async function approvalFor(
  { endpoint, block, account }: Pick<ActPlace, "endpoint" | "block" | "account">,
  { address, symbol }: Token,
  spender: string,
  amount: bigint,
): Promise<Step[]> {
  const token = contractAt<WrappedLong>(address, tokenInterface);
  const page = new Page();
  const told = page.ask(token, "allowance", [account, spender]);
  await page.read(endpoint, block.hash);
  if (neededRead(told()) >= amount) return [];
  const data = tokenInterface.encodeFunctionData("approve", [spender, amount]);
  return [{ name: `approve ${symbol}`, to: address, data }];
}
