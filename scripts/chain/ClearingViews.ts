// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import { z } from "zod";

import { BallastError } from "../model/BallastError.ts";
import type { Leg } from "../model/clearing/types.ts";
import type { QuotedMarket } from "../model/trading/judgeQuote.ts";
import type { Quote } from "../model/trading/quotes.ts";
import type { AgreedChain } from "./AgreedChain.ts";
import type { BlockFacts } from "./chainFacts.ts";
import { clearingInterface } from "./clearingInterface.ts";
import {
  accountOverviewShape,
  bookOverviewShape,
  bookShape,
  expiryOverviewShape,
  marketOverviewShape,
  readingShape,
  requirementViewShape,
} from "./clearingShapes.ts";
import type {
  AccountOverview,
  BookOverview,
  ChainBook,
  ExpiryOverview,
  MarketOverview,
  Reading,
  RequirementView,
} from "./clearingShapes.ts";
import { ContractReader } from "./ContractReader.ts";
import { lensInterface } from "./lensInterface.ts";
import { plainValues } from "./plainValues.ts";

/** A market and its number, the first is 1. */
export interface NumberedMarket extends MarketOverview {
  readonly market: bigint;
}

/** A token as people know it. */
export interface TokenFacts {
  readonly symbol: string;
  readonly decimals: bigint;
}

const tokenInterface = new Interface([
  "function symbol() view returns (string symbol)",
  "function decimals() view returns (uint8 decimals)",
  "function balanceOf(address owner) view returns (uint256 balance)",
  "function allowance(address owner, address spender) view returns (uint256 allowance)",
  "function approve(address spender, uint256 amount) returns (bool)",
]);
const signerInterface = new Interface([
  "function isValidSignature(bytes32 digest, bytes signature) view returns (bytes4 magic)",
]);
const MAGIC = "0x1626ba7e";

/** Reads of one Clearinghouse and its lens, each at a block that endpoints agree on. What never changes is kept. */
export class ClearingViews {
  readonly house: string;
  readonly #agreed: Pick<AgreedChain, "call">;
  readonly #house: ContractReader;
  readonly #lens: ContractReader;
  readonly #tokens = new Map<string, TokenFacts>();

  constructor(agreed: Pick<AgreedChain, "call">, house: string, lens: string) {
    this.#agreed = agreed;
    this.house = house;
    this.#house = new ContractReader(agreed, house, clearingInterface);
    this.#lens = new ContractReader(agreed, lens, lensInterface);
  }

  /** All markets in their order. */
  async markets(block: BlockFacts): Promise<NumberedMarket[]> {
    const count = await this.#one(this.#house, "marketCount", [], z.bigint(), block);
    const numbers = Array.from({ length: Number(count) }, (_, index) => BigInt(index + 1));
    return Promise.all(numbers.map((market) => this.market(market, block)));
  }

  async market(market: bigint, block: BlockFacts): Promise<NumberedMarket> {
    return { ...(await this.#one(this.#lens, "marketOverview", [market], marketOverviewShape, block)), market };
  }

  /** Number of the market of this name; undefined when there is none. */
  async marketOf(marketHash: string, block: BlockFacts): Promise<bigint | undefined> {
    try {
      return await this.#one(this.#house, "marketIndex", [marketHash], z.bigint(), block);
    } catch (error) {
      if (isRevert(error) && nameOfRefusal(error) === "Clearinghouse_UnknownMarket") return undefined;
      throw error;
    }
  }

  /** What the market's risk contract says of an expiry; undefined without a price. */
  async reading(market: bigint, expiry: bigint, block: BlockFacts): Promise<Reading | undefined> {
    const { outputs } = this.#house.interface.getFunction("readingOf")!;
    const result = (await this.#house.read("readingOf", [market, expiry], block)).toArray();
    // Without a price the rest means nothing. The implementation gives its outputs no names.
    const hasPrice = z.boolean().parse(result[0]);
    return hasPrice ? readingShape.parse(plainValues([outputs[1]!], [result[1]])[outputs[1]!.name]) : undefined;
  }

  requirementOf(market: bigint, expiry: bigint, legs: readonly Leg[], block: BlockFacts): Promise<RequirementView> {
    return this.#one(this.#house, "requirementOf", [market, expiry, legs], requirementViewShape, block);
  }

  requirement(id: bigint, block: BlockFacts): Promise<RequirementView> {
    return this.#one(this.#house, "requirement", [id], requirementViewShape, block);
  }

  book(id: bigint, block: BlockFacts): Promise<ChainBook> {
    return this.#one(this.#house, "book", [id], bookShape, block);
  }

  bookOverview(id: bigint, block: BlockFacts): Promise<BookOverview> {
    return this.#one(this.#lens, "bookOf", [id], bookOverviewShape, block);
  }

  expiryOverview(market: bigint, expiry: bigint, block: BlockFacts): Promise<ExpiryOverview> {
    return this.#one(this.#lens, "expiryOverview", [market, expiry], expiryOverviewShape, block);
  }

  accountOverview(account: string, market: bigint, expiry: bigint, block: BlockFacts): Promise<AccountOverview> {
    return this.#one(this.#lens, "accountOverview", [account, market, expiry], accountOverviewShape, block);
  }

  freeBalance(owner: string, token: string, block: BlockFacts): Promise<bigint> {
    return this.#one(this.#house, "freeBalance", [owner, token], z.bigint(), block);
  }

  managerRights(owner: string, manager: string, block: BlockFacts): Promise<bigint> {
    return this.#one(this.#house, "managerRights", [owner, manager], z.bigint(), block);
  }

  /** Longs of an account outside books, 6 decimals. */
  longs(owner: string, seriesId: bigint, block: BlockFacts): Promise<bigint> {
    return this.#one(this.#house, "balanceOf", [owner, seriesId], z.bigint(), block);
  }

  /** What was filled of a quote's nonce; `CANCELLED` when it was cancelled by itself. */
  filled({ maker, nonce }: Quote, block: BlockFacts): Promise<bigint> {
    return this.#one(this.#house, "filledAmount", [maker, nonce], z.bigint(), block);
  }

  /** Whether the maker cancelled all nonces up to this one: only then would the contract refuse to do it now. */
  async isBelowFirst({ maker, nonce }: Quote, block: BlockFacts): Promise<boolean> {
    const data = this.#house.encode("cancelBefore", [nonce + 1n]);
    try {
      await this.#agreed.call({ from: maker, to: this.house, data }, block);
      return false;
    } catch (error) {
      if (isRevert(error) && nameOfRefusal(error) === "Clearinghouse_NonceCancelled") return true;
      throw error;
    }
  }

  /** Whether the contract at an address takes a signature as its own (ERC-1271); an account without code does not. */
  async acceptsSignature(signer: string, digest: string, signature: string, block: BlockFacts): Promise<boolean> {
    const data = signerInterface.encodeFunctionData("isValidSignature", [digest, signature]);
    const answer = await this.#agreed.call({ to: signer, data }, block).catch((error: unknown) => {
      if (isRevert(error)) return "0x";
      throw error;
    });
    return answer.length >= 66 && answer.slice(0, 66) === MAGIC.padEnd(66, "0");
  }

  async token(address: string, block: BlockFacts): Promise<TokenFacts> {
    const known = this.#tokens.get(address);
    if (known !== undefined) return known;
    const token = new ContractReader(this.#agreed, address, tokenInterface);
    const symbol = await this.#one(token, "symbol", [], z.string(), block);
    const facts = { symbol, decimals: await this.#one(token, "decimals", [], z.bigint(), block) };
    this.#tokens.set(address, facts);
    return facts;
  }

  /** Token units in an account's wallet, and what of them the Clearinghouse, or another `spender`, may pull. */
  async wallet(
    owner: string,
    address: string,
    block: BlockFacts,
    spender: string = this.house,
  ): Promise<{ balance: bigint; allowance: bigint }> {
    const token = new ContractReader(this.#agreed, address, tokenInterface);
    const [balance, allowance] = await Promise.all([
      this.#one(token, "balanceOf", [owner], z.bigint(), block),
      this.#one(token, "allowance", [owner, spender], z.bigint(), block),
    ]);
    return { balance, allowance };
  }

  /** Call data of a function of the Clearinghouse. */
  encode(name: string, given: readonly unknown[]): string {
    return this.#house.encode(name, given);
  }

  /** Call data by which the Clearinghouse may pull token units. */
  encodeApproval(amount: bigint, spender: string = this.house): string {
    return tokenInterface.encodeFunctionData("approve", [spender, amount]);
  }

  async #one<Shape extends z.ZodType>(
    reader: ContractReader,
    name: string,
    given: readonly unknown[],
    shape: Shape,
    block: BlockFacts,
  ): Promise<z.output<Shape>> {
    const { outputs } = reader.interface.getFunction(name)!;
    const result = await reader.read(name, given, block);
    const [value] = Object.values(plainValues([outputs[0]!], result.toArray()));
    return shape.parse(value);
  }
}

/** A market as quotes are judged by. */
export function quotedMarket({ params, parameters, state }: MarketOverview): QuotedMarket {
  const { capBps, strikeStep, mintFee, tip, dust } = parameters;
  const terms = { kind: params.kind, unitDecimals: Number(state.unitDecimals), capBps };
  return { terms, strikeStep, mintFee, tip, dust, isSunset: state.isSunset };
}

function isRevert(error: unknown): error is BallastError {
  return error instanceof BallastError && error.code === "callReverted";
}

function nameOfRefusal(error: BallastError): string | undefined {
  return clearingInterface.parseError(String(error.context["data"]))?.name;
}
