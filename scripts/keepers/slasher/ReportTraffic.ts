// SPDX-License-Identifier: MIT
import { errorFacts } from "../../chain/errorFacts.ts";
import { fetchEvidence } from "../../chain/fetchEvidence.ts";
import { fetchReports } from "../../chain/fetchReports.ts";
import type { Log } from "../../chain/Log.ts";
import type { Transport } from "../../chain/Transport.ts";
import type { SignedReport } from "../../model/types.ts";

/** How relayers are asked. */
export interface TrafficSettings {
  readonly relayers: readonly string[];
  readonly timeoutMs: number;
  /** Pause between two looks. */
  readonly collectMs: bigint;
}

/** Rounds relayers keep, asked for once; then only the newest, which late reports may still reach. */
const KEPT_ROUNDS = 40n;
const NEWEST_ROUNDS = 4n;

/** What relayers show of validators' reports, all of them at once; one that does not answer is left out. */
export class ReportTraffic {
  readonly #transport: Transport;
  readonly #log: Log;
  readonly #settings: TrafficSettings;
  readonly #answered = new Set<string>();
  #nextMs = 0n;

  constructor(transport: Transport, log: Log, settings: TrafficSettings) {
    this.#transport = transport;
    this.#log = log;
    this.#settings = settings;
  }

  /** Reports by relayer; none before it is time to look again. */
  async collect(nowMs: bigint, currentRound: bigint): Promise<readonly (readonly SignedReport[])[]> {
    if (nowMs < this.#nextMs) return [];
    this.#nextMs = nowMs + this.#settings.collectMs;
    return Promise.all(this.#settings.relayers.map((relayer) => this.#ask(relayer, currentRound)));
  }

  async #ask(relayer: string, currentRound: bigint): Promise<SignedReport[]> {
    const query = { baseUrl: relayer, timeoutMs: this.#settings.timeoutMs };
    const rounds = this.#answered.has(relayer) ? NEWEST_ROUNDS : KEPT_ROUNDS;
    const since = currentRound > rounds ? currentRound - rounds : 0n;
    // One page may fail without the other: validators show their reports too, and have no evidence.
    const [reports, pairs] = await Promise.all([
      this.#unlessSilent(relayer, fetchReports(this.#transport, { ...query, since })),
      this.#unlessSilent(relayer, fetchEvidence(this.#transport, query)),
    ]);
    if (reports === undefined) this.#answered.delete(relayer);
    else this.#answered.add(relayer);
    return [...(pairs ?? []).flatMap(({ first, second }) => [first, second]), ...(reports ?? [])];
  }

  async #unlessSilent<Answer>(relayer: string, answer: Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await answer;
    } catch (error) {
      this.#log.debug({ relayer, ...errorFacts(error) }, "relayer does not answer");
      return undefined;
    }
  }
}
