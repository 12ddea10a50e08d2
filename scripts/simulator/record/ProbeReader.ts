// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { BlockView } from "../world/BlockWatch.ts";
import type { RequestLine } from "../world/RequestLine.ts";
import { exitOf } from "./exits.ts";
import type { ProbeSight } from "./sights.ts";

const answerShape = z.string();

/** Tries an exit that the laws promise at the end of each block, one kind and one person after the other, without doing it. */
export class ProbeReader {
  readonly #line: RequestLine;
  readonly #house: string;

  constructor(line: RequestLine, house: string) {
    this.#line = line;
    this.#house = house;
  }

  async probe(view: BlockView): Promise<ProbeSight | undefined> {
    const exit = exitOf(view);
    if (exit === undefined) return undefined;
    const { owner, what, data } = exit;
    try {
      answerShape.parse(await this.#line.request("eth_call", [{ from: owner, to: this.#house, data }, "latest"]));
      return { owner, what, isRefused: false, reason: "" };
    } catch (error) {
      return { owner, what, isRefused: true, reason: String(error).split("\n")[0]! };
    }
  }
}
