// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { AgreedChain } from "../../chain/AgreedChain.ts";
import type { BlockFacts } from "../../chain/chainFacts.ts";
import { clearingInterface } from "../../chain/clearingInterface.ts";
import { ContractReader } from "../../chain/ContractReader.ts";
import { oracleInterface } from "../../chain/oracleInterface.ts";
import { structShape } from "../../chain/structShape.ts";
import { signalOfWords } from "../breaker/breakerWords.ts";
import type { AuctionStanding } from "./decideSync.ts";

const whole = z.bigint();
const epochShape = structShape({
  expiry: whole,
  elapsed: whole,
  startPrice: whole,
  wasNormal: z.boolean(),
  isOver: z.boolean(),
});
const termsShape = structShape({ market: whole, auctionSeconds: whole });
const readingShape = structShape({ mode: whole, price: whole });
/** Word of OptionsVault's storage whose low bits are the uptime at the last look. */
const LEDGER_SLOT = 12n;
const UPTIME_BITS = 40n;

/** What a running epoch's auction goes by, and the uptime at the last look: each look has another. */
export async function readAuction(
  agreed: AgreedChain,
  vault: ContractReader,
  head: BlockFacts,
): Promise<AuctionStanding & { readonly lookedAt: bigint }> {
  const [epoch, terms, [house], ledger] = await Promise.all([
    vault.read("epoch", [], head),
    vault.read("terms", [], head),
    vault.read("house", [], head),
    agreed.storage(vault.address, LEDGER_SLOT, head),
  ]);
  const running = epochShape.parse(epoch[0]);
  const { market, auctionSeconds } = termsShape.parse(terms[0]);
  const clearing = new ContractReader(agreed, String(house), clearingInterface);
  const [[hasPrice, reading], [oracle], [parameters]] = await Promise.all([
    clearing.read("readingOf", [market, running.expiry], head),
    clearing.read("oracle", [], head),
    clearing.read("marketParams", [market], head),
  ]);
  const { feed } = structShape({ feed: whole }).parse(parameters);
  const words = await new ContractReader(agreed, String(oracle), oracleInterface).read("riskWords", [feed], head);
  const { uptime } = signalOfWords(whole.parse(words[0]), whole.parse(words[1]));
  const { mode, price } = readingShape.parse(reading);
  const lookedAt = ledger % (1n << UPTIME_BITS);
  return {
    ...running,
    auctionSeconds,
    isNormal: hasPrice === true && mode === 0n,
    price: hasPrice === true ? price : 0n,
    passed: uptime > lookedAt ? uptime - lookedAt : 0n,
    lookedAt,
  };
}
