// SPDX-License-Identifier: MIT
import type { Gauge } from "prom-client";

import { errorFacts } from "../chain/errorFacts.ts";
import { fetchReports } from "../chain/fetchReports.ts";
import type { Log } from "../chain/Log.ts";
import type { Random } from "../chain/Random.ts";
import { recoverReporter } from "../chain/recoverReporter.ts";
import type { Transport } from "../chain/Transport.ts";
import { BallastError } from "../model/BallastError.ts";
import { judgeOwnReports } from "../model/judgeOwnReports.ts";
import type { OracleDomain } from "../model/priceReportTypedData.ts";
import type { SignedReport } from "../model/types.ts";
import { KEPT_ROUNDS } from "./ReportBook.ts";
import type { SigningGuard } from "./SigningGuard.ts";

/** Silent rounds before the first signature when the own past is known. */
const SILENT_ROUNDS = 2;
/** Rounds asked for while signing: older ones were looked at before. */
const WATCHED_ROUNDS = 4n;
const TIMEOUT_MS = 3_000;
/** A validator may have signed this much beyond what anybody has seen of it. */
const UNSEEN_ROUNDS = 1n;

/** Whether a validator may use its key. */
export type KeyState = "free" | "listening" | "signedElsewhere";

/** A round in the chain and who signed it. */
export interface LandedRound {
  readonly round: bigint;
  readonly signers: readonly string[];
}

/** Tells whether a validator has to stay silent because its key may be in use elsewhere. */
export interface Listener {
  /** Asked at the start of every round, again when a round has to be tried again. */
  stateAt(round: bigint): Promise<KeyState>;
  /**
   * Asked between rounds: whether somebody else signs with the key that is in use here.
   * @throws BallastError `signedElsewhere` as soon as somebody does, and from then on.
   */
  watch(round: bigint): Promise<void>;
}

/** What listening takes. */
export interface ListenerParts {
  readonly transport: Transport;
  readonly random: Random;
  readonly log: Log;
  readonly guard: SigningGuard;
  readonly domain: OracleDomain;
  /** Of all keys of this validator. */
  readonly addresses: readonly string[];
  readonly sources: readonly string[];
  /** Silent rounds before the first signature when the own past is not known; at random up to twice as many, less two. */
  readonly quarantineRounds: number;
  /** The newest round in the chain, undefined before the first. */
  readonly landed: () => Promise<LandedRound | undefined>;
  /** 1 while somebody else signs with the key. */
  readonly elsewhere: Pick<Gauge, "set">;
}

/**
 * Listens for the own keys. After every start the node stays silent until enough rounds passed in which nobody signed with
 * them; afterwards it goes on listening, and the first report that is not its own ends its signing until somebody restarts
 * it. What it hears of its own past it will never contradict, whatever its disk says: a second node with the same key, an
 * old copy of the data folder and a lost one all show in what relayers and the chain have.
 */
export class KeyListener implements Listener {
  readonly #parts: ListenerParts;
  #startRound: bigint | undefined;
  #neededRounds = SILENT_ROUNDS;
  #silentRounds = 0;
  #judgedRound: bigint | undefined;
  #elsewhere: bigint | undefined;
  /** First halves of signatures that were looked at, with their round: recovering a signer takes time. */
  #heard = new Map<string, bigint>();

  constructor(parts: ListenerParts) {
    this.#parts = parts;
    parts.elsewhere.set(0);
  }

  async stateAt(round: bigint): Promise<KeyState> {
    if (this.#startRound === undefined) this.#begin(round);
    if (this.#elsewhere !== undefined) return "signedElsewhere";
    if (this.#isFree()) return "free";
    if (this.#judgedRound === round) return "listening";

    const reports = await this.#ask(round, KEPT_ROUNDS);
    if (reports === undefined) {
      this.#parts.log.warn({ round: round.toString() }, "no relayer answers, still listening for the own key");
      return "listening";
    }
    this.#judgedRound = round;
    await this.#judgeAtStart(reports);
    return this.#isFree() ? "free" : "listening";
  }

  async watch(round: bigint): Promise<void> {
    if (this.#elsewhere === undefined && this.#isFree() && this.#judgedRound !== round) {
      const reports = await this.#ask(round, WATCHED_ROUNDS);
      if (reports !== undefined) this.#judgedRound = round;
      const verdict = this.#judge(reports ?? []);
      const landed = await this.#unknownInChain();
      this.#elsewhere = verdict.kind === "elsewhere" ? verdict.round : landed;
    }
    if (this.#elsewhere === undefined) return;
    this.#parts.elsewhere.set(1);
    throw new BallastError("signedElsewhere", "Another node signs with this key: this one has stopped", {
      context: { round: this.#elsewhere, addresses: this.#parts.addresses.join() },
    });
  }

  /** A past is known when the guard remembers a round that relayers would still show if there were others. */
  #begin(round: bigint): void {
    this.#startRound = round - 1n;
    const last = this.#parts.guard.lastRound();
    if (last === undefined || last + KEPT_ROUNDS <= round) this.#quarantine();
  }

  #isFree(): boolean {
    return this.#silentRounds >= this.#neededRounds;
  }

  /** Two nodes that began together must not end together: the length is drawn. */
  #quarantine(): void {
    const { quarantineRounds, random } = this.#parts;
    const drawn = random.below(BigInt(quarantineRounds - SILENT_ROUNDS + 1));
    this.#neededRounds = quarantineRounds + Number(drawn);
  }

  /** What is heard before the first signature decides how long the silence lasts. */
  async #judgeAtStart(reports: readonly SignedReport[]): Promise<void> {
    const { guard, log, addresses } = this.#parts;
    const verdict = this.#judge(reports);
    const landed = await this.#unknownInChain();
    if (verdict.kind === "known" && landed === undefined) {
      this.#silentRounds += 1;
      return;
    }
    const heard = verdict.kind === "forgotten" ? verdict.newest : verdict.kind === "elsewhere" ? verdict.round : 0n;
    const round = landed !== undefined && landed > heard ? landed : heard;
    await guard.adopt(round + UNSEEN_ROUNDS);
    this.#silentRounds = 0;
    this.#quarantine();
    const facts = { round: round.toString(), addresses, silentRounds: this.#neededRounds };
    if (verdict.kind === "forgotten")
      log.warn(facts, "the own disk does not know what this key signed: it is old or new");
    else log.error(facts, "another node signs with this key");
  }

  #judge(reports: readonly SignedReport[]): ReturnType<typeof judgeOwnReports> {
    const { guard, domain, addresses } = this.#parts;
    const fresh = reports.filter(({ signature }) => !this.#heard.has(signature.r));
    for (const { signature, round } of fresh) this.#heard.set(signature.r, round);
    const own = fresh.filter((report) => addresses.includes(recoverReporter(domain, report) ?? ""));
    return judgeOwnReports(own, {
      vectorOf: (round) => guard.vectorOf(round),
      floor: guard.floor(),
      startRound: this.#startRound!,
    });
  }

  /** The chain's newest round, if it was signed by an own key and not here. Its prices are not looked at. */
  async #unknownInChain(): Promise<bigint | undefined> {
    const { guard, landed, addresses } = this.#parts;
    const newest = await landed();
    if (newest === undefined || newest.round <= guard.floor() || guard.vectorOf(newest.round) !== undefined)
      return undefined;
    return newest.signers.some((signer) => addresses.includes(signer)) ? newest.round : undefined;
  }

  /** Own reports, and others', of all sources that answer, asked in random order; undefined when none does. */
  async #ask(round: bigint, rounds: bigint): Promise<SignedReport[] | undefined> {
    const since = round > rounds ? round - rounds : 0n;
    for (const [signature, signedRound] of this.#heard)
      if (signedRound + KEPT_ROUNDS < round) this.#heard.delete(signature);
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

  #shuffled(): string[] {
    const sources = [...this.#parts.sources];
    for (let last = sources.length - 1; last > 0; last--) {
      const other = Number(this.#parts.random.below(BigInt(last + 1)));
      [sources[last], sources[other]] = [sources[other]!, sources[last]!];
    }
    return sources;
  }
}
