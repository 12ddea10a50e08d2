// SPDX-License-Identifier: MIT
import { errorFacts } from "../chain/errorFacts.ts";
import { fetchReports } from "../chain/fetchReports.ts";
import type { Log } from "../chain/Log.ts";
import type { Random } from "../chain/Random.ts";
import { recoverReporter } from "../chain/recoverReporter.ts";
import type { Transport } from "../chain/Transport.ts";
import { vectorHash } from "../chain/vectorHash.ts";
import type { OracleDomain } from "../model/priceReportTypedData.ts";
import type { SignedReport } from "../model/types.ts";
import type { SigningGuard } from "./SigningGuard.ts";

/** Silent rounds before the first signature. */
const SILENT_ROUNDS = 2;
const TIMEOUT_MS = 3_000;

/** Tells whether a validator has to stay silent because its key may be in use elsewhere. */
export interface Listener {
  /** Asked at the start of every round, again when a round has to be tried again. */
  isListening(round: bigint): Promise<boolean>;
}

/** What listening takes. */
export interface ListenerParts {
  readonly transport: Transport;
  readonly random: Random;
  readonly log: Log;
  readonly guard: SigningGuard;
  readonly domain: OracleDomain;
  readonly address: string;
  readonly sources: readonly string[];
}

/**
 * Listens two rounds for the own key after every start: a second node with the same key, or a node that lost its disk
 * and starts too early, would sign two vectors in one round. A round counts as silent when at least one source answered
 * and none had a report of this key that the own guard does not know.
 */
export class KeyListener implements Listener {
  readonly #parts: ListenerParts;
  #firstRound: bigint | undefined;
  #silentRounds = 0;
  #judgedRound: bigint | undefined;

  constructor(parts: ListenerParts) {
    this.#parts = parts;
  }

  async isListening(round: bigint): Promise<boolean> {
    if (this.#silentRounds >= SILENT_ROUNDS) return false;
    if (this.#judgedRound === round) return true;
    this.#firstRound ??= round - 1n;

    const reports = await this.#ask(this.#firstRound);
    if (reports === undefined) {
      this.#parts.log.warn({ round: round.toString() }, "no relayer answers, still listening for the own key");
      return true;
    }
    this.#judgedRound = round;
    const foreign = reports.find((report) => this.#isForeign(report));
    this.#silentRounds = foreign === undefined ? this.#silentRounds + 1 : 0;
    if (foreign !== undefined) {
      this.#parts.log.error(
        { round: foreign.round.toString(), address: this.#parts.address },
        "another node signs with this key",
      );
    }
    return this.#silentRounds < SILENT_ROUNDS;
  }

  /** Reports of all sources that answer, asked in random order; undefined when none does. */
  async #ask(since: bigint): Promise<SignedReport[] | undefined> {
    const answers = await Promise.all(
      this.#shuffled().map(async (source) => {
        try {
          return await fetchReports(this.#parts.transport, { baseUrl: source, since, timeoutMs: TIMEOUT_MS });
        } catch (error) {
          this.#parts.log.warn({ source, ...errorFacts(error) }, "source does not answer");
          return undefined;
        }
      }),
    );
    const given = answers.filter((answer) => answer !== undefined);
    return given.length === 0 ? undefined : given.flat();
  }

  #isForeign(report: SignedReport): boolean {
    const { guard, domain, address } = this.#parts;
    if (report.round < this.#firstRound!) return false;
    if (recoverReporter(domain, report) !== address) return false;
    const own = guard.vectorOf(report.round);
    return own === undefined || vectorHash(report.round, own) !== vectorHash(report.round, report.prices);
  }

  #shuffled(): string[] {
    const sources = [...this.#parts.sources];
    for (let last = sources.length - 1; last > 0; last--) {
      const other = Number(this.#parts.random.below(BigInt(last + 1)));
      [sources[last], sources[other]] = [sources[other]!, sources[last]!];
    }
    return sources;
  }
}
