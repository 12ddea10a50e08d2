// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";

import { BallastError } from "../../../scripts/model/BallastError.ts";
import { judgeEndpoints } from "../model/judgeEndpoints.ts";
import type { EndpointAnswer, EndpointVerdict } from "../model/judgeEndpoints.ts";
import type { Connection } from "../model/connection.ts";
import type { SeenBlock, Sight, Snapshot } from "../model/snapshot.ts";
import { Endpoint } from "./Endpoint.ts";
import { readHead } from "./readHead.ts";
import { LogTail } from "./LogTail.ts";
import { findPlaces } from "./Places.ts";
import type { Places } from "./Places.ts";
import { readSnapshot } from "./readSnapshot.ts";

/** What a watcher works with besides the endpoints. */
export interface WatcherParts {
  readonly nowMs: () => number;
  /** Resolves after so many milliseconds, or at once when the signal is given. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly tell: (sight: Sight, places: Places | undefined) => void;
}

/** Between two questions for a new block. */
const LOOK_MS = 2_000;
/** A look is made after so many without a new block too: an answer that comes is news of the endpoint. */
const FAILED_MS = 4_000;

/** Follows a deployment block by block, and says what it sees and when it cannot see. */
export class Watcher {
  readonly #connection: Connection;
  readonly #parts: WatcherParts;
  readonly #endpoints: readonly Endpoint[];
  #places: Places | undefined;
  #tail: LogTail | undefined;
  #last: Snapshot | undefined;

  constructor(connection: Connection, parts: WatcherParts, endpoints?: readonly Endpoint[]) {
    this.#connection = connection;
    this.#parts = parts;
    this.#endpoints = endpoints ?? connection.rpc.map((url) => new Endpoint(url));
  }

  /** Looks until it is told to stop. Every failure is told, and the next look may be better. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const pause = await this.look();
      await this.#parts.wait(pause, signal);
    }
  }

  /** One look. @returns How long to wait for the next, milliseconds. */
  async look(): Promise<number> {
    try {
      const { verdict, heads } = await this.#compare();
      if (verdict.kind === "dead" || verdict.kind === "fork" || verdict.kind === "wrongChain")
        return this.#fail(verdict.text);
      const head = verdict.kind === "agree" ? lower(heads) : heads[verdict.use]!;
      const isNew = this.#last?.block.hash !== head.hash || this.#last.endpoints.kind !== verdict.kind;
      if (isNew) await this.#read(verdict, head);
      if (this.#last !== undefined) this.#parts.tell({ kind: "live", last: this.#last }, this.#places);
      return LOOK_MS;
    } catch (error) {
      if (error instanceof BallastError) return this.#fail(`The endpoint ${error.message}`);
      throw error;
    }
  }

  async #read(verdict: Exclude<EndpointVerdict, { text: string }> | EndpointVerdict, head: SeenBlock): Promise<void> {
    const use = "use" in verdict ? verdict.use : 0;
    const endpoint = this.#endpoints[use]!;
    const second = verdict.kind === "agree" ? this.#endpoints[1 - use] : undefined;
    this.#places ??= await findPlaces(endpoint, head.hash, this.#connection);
    this.#tail ??= new LogTail(interfacesOf(this.#places));
    const look = { endpoint, second, head, verdict, nowMs: this.#parts.nowMs() };
    this.#last = await readSnapshot(this.#places, this.#tail, look);
  }

  /** Both heads, and whether the endpoints have the same block at the lower of them. */
  async #compare(): Promise<{ verdict: EndpointVerdict; heads: readonly (SeenBlock | undefined)[] }> {
    const seen = await Promise.all(this.#endpoints.map((endpoint) => greet(endpoint)));
    const heads = seen.map((one) => one.head);
    const known = heads.filter((head) => head !== undefined);
    const common = known.length === 2 ? lower(known).number : known[0]?.number;
    const answers = await Promise.all(
      seen.map(async ({ answer, head }, index): Promise<EndpointAnswer> => {
        if (answer.kind === "silent" || head === undefined || common === undefined) return answer;
        const block = head.number === common ? head : await readHead(this.#endpoints[index]!, common);
        return { ...answer, commonHash: block?.hash };
      }),
    );
    return { verdict: judgeEndpoints(this.#connection.chainId, answers), heads };
  }

  #fail(text: string): number {
    this.#parts.tell({ kind: "failed", text, last: this.#last }, this.#places);
    return FAILED_MS;
  }
}

async function greet(endpoint: Endpoint): Promise<{ answer: EndpointAnswer; head: SeenBlock | undefined }> {
  try {
    const chainId = BigInt((await endpoint.askOne("eth_chainId", [])) as string);
    const head = await readHead(endpoint, "latest");
    if (head === undefined) return { answer: { kind: "silent", text: "knows no block" }, head };
    return { answer: { kind: "spoke", chainId, number: head.number, commonHash: undefined }, head };
  } catch (error) {
    const text = error instanceof BallastError ? error.message : "answers what makes no sense";
    return { answer: { kind: "silent", text }, head: undefined };
  }
}

function lower(heads: readonly (SeenBlock | undefined)[]): SeenBlock {
  return heads.filter((head) => head !== undefined).reduce((a, b) => (b.number < a.number ? b : a));
}

function interfacesOf({ house, oracle, registry, risk }: Places): ReadonlyMap<string, Interface> {
  return new Map([house, oracle, registry, risk].map((one) => [one.address, one.interface as Interface]));
}
