// SPDX-License-Identifier: MIT
import { z } from "zod";

import { encodeCall } from "../../chain/abiText.ts";
import { vaultInterface } from "../../chain/vaultInterface.ts";
import type { BlockView } from "../world/BlockWatch.ts";
import type { RequestLine } from "../world/RequestLine.ts";
import { exitOf } from "./exits.ts";
import type { Exit, VaultExit } from "./exits.ts";
import type { ProbeSight } from "./sights.ts";

const answerShape = z.string();

/** Tries an exit that the laws promise at the end of each block, one kind and one person after the other, without doing it. */
export class ProbeReader {
  readonly #line: RequestLine;
  readonly #house: string;
  readonly #vaults: readonly string[];

  constructor(line: RequestLine, house: string, vaults: readonly string[]) {
    this.#line = line;
    this.#house = house;
    this.#vaults = vaults;
  }

  async probe(view: BlockView): Promise<ProbeSight | undefined> {
    const exit = exitOf({ ...view, vaults: this.#vaults });
    if (exit === undefined) return undefined;
    return "vault" in exit ? this.#leave(exit) : this.#try(exit, this.#house);
  }

  async #leave({ owner, vault }: VaultExit): Promise<ProbeSight | undefined> {
    const shares = BigInt(await this.#call(owner, vault, encodeCall(vaultInterface, "balanceOf", [owner])));
    if (shares === 0n) return undefined;
    const data = encodeCall(vaultInterface, "redeemInKind", [shares, owner, owner]);
    return this.#try({ owner, what: `leave vault ${vault} in kind with ${shares} shares`, data }, vault);
  }

  async #try({ owner, what, data }: Exit, to: string): Promise<ProbeSight> {
    try {
      await this.#call(owner, to, data);
      return { owner, what, isRefused: false, reason: "" };
    } catch (error) {
      return { owner, what, isRefused: true, reason: String(error).split("\n")[0]! };
    }
  }

  async #call(from: string, to: string, data: string): Promise<string> {
    return answerShape.parse(await this.#line.request("eth_call", [{ from, to, data }, "latest"]));
  }
}
