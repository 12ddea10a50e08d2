// SPDX-License-Identifier: MIT
import { getBytes } from "ethers";

import { encodeCall } from "../../chain/abiText.ts";
import { oracleInterface } from "../../chain/oracleInterface.ts";
import { SEATS } from "../../model/constants.ts";
import { decodeRelay } from "../../model/decodeRelay.ts";
import type { BlockView, WorldEvent } from "../world/BlockWatch.ts";
import type { RequestLine } from "../world/RequestLine.ts";
import type { AddressBook } from "./AddressBook.ts";
import { batchCalls, wordAt } from "../world/batchCalls.ts";
import type { RelaySight } from "./sights.ts";

interface Member {
  readonly validator: string;
  readonly weight: bigint;
}

/** Position of words in what `metrics` and `health` answer. */
const DIVERGENT = 17;
const ACTIVE_WEIGHT = 4;
const RELAY = oracleInterface.getFunction("relay")!.selector;
/** Sets are kept by number; older ones are not asked for again. */
const KEPT_SETS = 64;

/** Reads the rounds of a block with what each validator signed. */
export class RelayReader {
  readonly #line: RequestLine;
  readonly #oracle: string;
  readonly #book: AddressBook;
  readonly #slots: number;
  /** Names by the registry's number, of all who ever had a seat. */
  readonly validators = new Map<bigint, string>();
  readonly #sets = new Map<bigint, readonly (Member | undefined)[]>();

  constructor(line: RequestLine, oracle: string, book: AddressBook, slots: number) {
    this.#line = line;
    this.#oracle = oracle;
    this.#book = book;
    this.#slots = slots;
  }

  /** Another branch may have other sets under the same numbers. */
  forget(): void {
    this.#sets.clear();
  }

  /** @param inputs Data of the block's transactions by hash. */
  async read(view: BlockView, inputs: ReadonlyMap<string, string>): Promise<RelaySight[]> {
    const rounds = view.events.filter(({ contract, name }) => contract === "oracle" && ROUND_EVENTS.has(name));
    if (rounds.length === 0) return [];
    const names = ["health", ...Array.from({ length: this.#slots }, () => "metrics")];
    const calls = names.map((name, index) => this.#call(name, name === "health" ? [] : [index - 1]));
    const [health, ...metrics] = await batchCalls(this.#line, calls);
    const activeWeight = health === undefined ? 0n : wordAt(health, ACTIVE_WEIGHT);
    const divergent = new Set(
      metrics.flatMap((words, slot) => (words !== undefined && wordAt(words, DIVERGENT) === 1n ? [slot] : [])),
    );
    const sights: RelaySight[] = [];
    for (const event of rounds) {
      const members = await this.#members(event.args.setId as bigint);
      const input = inputs.get(event.transactionHash) ?? "";
      sights.push({ ...this.#sight(event, members, input, view), divergent, activeWeight });
    }
    return sights;
  }

  #sight(
    { name, args }: WorldEvent,
    members: readonly (Member | undefined)[],
    input: string,
    view: BlockView,
  ): Omit<RelaySight, "divergent" | "activeWeight"> {
    const { relayer, round, setId, signers, prices } = args as unknown as {
      relayer: string;
      round: bigint;
      setId: bigint;
      signers: bigint;
      prices: readonly bigint[];
    };
    const held = view.events.filter((other) => other.name === "PriceQuarantined" && other.args.round === round);
    return {
      relayer: this.#book.nameOf(relayer),
      round,
      setId,
      isUpgrade: name === "RoundUpgraded",
      signers,
      prices: [...prices],
      quarantined: new Set(held.map((other) => Number(other.args.feed))),
      reports: reportsIn(input).map(({ seat, prices: own }) => ({
        validator: members[seat]?.validator ?? `seat ${seat}`,
        weight: members[seat]?.weight ?? 0n,
        prices: own,
      })),
      weights: new Map(
        members.flatMap((member) => (member === undefined ? [] : [[member.validator, member.weight] as const])),
      ),
    };
  }

  /** By seat. A set never changes. */
  async #members(setId: bigint): Promise<readonly (Member | undefined)[]> {
    const known = this.#sets.get(setId);
    if (known !== undefined) return known;
    const calls = Array.from({ length: SEATS }, (_, seat) => this.#call("seatAt", [setId, seat]));
    const members = (await batchCalls(this.#line, calls)).map((words) => {
      if (words === undefined || wordAt(words, 1) === 0n) return undefined;
      const signer = `0x${wordAt(words, 0).toString(16).padStart(40, "0")}`;
      const validator = this.#book.nameOf(signer);
      this.validators.set(wordAt(words, 2), validator);
      return { validator, weight: wordAt(words, 1) };
    });
    if (this.#sets.size >= KEPT_SETS) this.#sets.clear();
    this.#sets.set(setId, members);
    return members;
  }

  #call(name: string, args: readonly unknown[]): { to: string; data: string } {
    return { to: this.#oracle, data: encodeCall(oracleInterface, name, args) };
  }
}

const ROUND_EVENTS: ReadonlySet<string> = new Set(["RoundAccepted", "RoundUpgraded"]);

/** What a relay carries; nothing when it came some other way, as through a contract. */
function reportsIn(input: string): { readonly seat: number; readonly prices: readonly bigint[] }[] {
  if (!input.startsWith(RELAY)) return [];
  const packed = oracleInterface.decodeFunctionData("relay", input)[0] as string;
  return [...decodeRelay(getBytes(packed)).reports];
}
