// SPDX-License-Identifier: MIT
import { hexlify } from "ethers";
import { Counter, Gauge } from "prom-client";
import type { Registry } from "prom-client";

import { encodeCall } from "../chain/abiText.ts";
import type { BlockFacts } from "../chain/chainFacts.ts";
import type { ChainClient } from "../chain/ChainClient.ts";
import type { Clock } from "../chain/Clock.ts";
import { errorFacts } from "../chain/errorFacts.ts";
import { fetchReports } from "../chain/fetchReports.ts";
import type { HeadAge } from "../chain/HeadAge.ts";
import type { Log } from "../chain/Log.ts";
import { oracleInterface } from "../chain/oracleInterface.ts";
import type { OracleHealth, OracleReader } from "../chain/OracleReader.ts";
import { Pace } from "../chain/Pace.ts";
import type { Random } from "../chain/Random.ts";
import type { TransactionSender } from "../chain/TransactionSender.ts";
import type { Transport } from "../chain/Transport.ts";
import { BallastError } from "../model/BallastError.ts";
import { FEED_SLOTS, SEATS } from "../model/constants.ts";
import { decideRelay } from "../model/decideRelay.ts";
import type { AcceptedRound, DuePolicy, RelayPolicy } from "../model/decideRelay.ts";
import { encodeRelay } from "../model/encodeRelay.ts";
import { roundAt, roundStartMs } from "../model/rounds.ts";
import type { RelayReport, Seat } from "../model/types.ts";
import { anchoredReports } from "./anchoredReports.ts";
import { HeardSources } from "./HeardSources.ts";
import { KnownAnchors } from "./KnownAnchors.ts";
import type { PoolView, ReportPool } from "./ReportPool.ts";

/** What a relayer is made of. */
export interface RelayerParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly chain: ChainClient;
  readonly headAge: HeadAge;
  readonly oracle: OracleReader;
  readonly sender: TransactionSender;
  /** Account that pays for gas. */
  readonly address: string;
  readonly pool: ReportPool;
  readonly log: Log;
  readonly registry: Registry;
  /** Validators and other relayers. */
  readonly sources: readonly string[];
  readonly sourceTimeoutMs: number;
  readonly pollMs: bigint;
  readonly backupDelayMs: bigint;
  readonly policy: Omit<RelayPolicy, "due">;
  /** Relays only what moved so far, or when a heartbeat is over; undefined: every round. */
  readonly deviationBps: bigint | undefined;
  /** Packs and simulates, but sends nothing. */
  readonly dryRun: boolean;
}

/** A bundle worth sending. */
interface Proposal {
  readonly round: bigint;
  readonly setId: bigint;
  readonly reason: string;
  readonly reports: readonly RelayReport[];
  readonly missing: readonly number[];
}

/** Everything one turn knows of the oracle. */
interface OracleView extends PoolView {
  /** Block it was looked at. */
  readonly head: BlockFacts;
  readonly health: OracleHealth;
  readonly latest: AcceptedRound | undefined;
}

const GWEI = 1_000_000_000n;
/** Between two looks at the own balance. */
const BALANCE_LOOK_MS = 60_000n;

/** One relayer: collects, checks, decides, packs, simulates, sends. Anybody may run one; none is needed by name. */
export class RelayerNode {
  readonly #parts: RelayerParts;
  readonly #relays: Counter<"outcome">;
  readonly #signers: Gauge;
  readonly #equivocations: Gauge;
  readonly #age: Gauge;
  readonly #balance: Gauge;
  readonly #balanceLook = new Pace(BALANCE_LOOK_MS);
  readonly #anchors: KnownAnchors;
  readonly #delays = new Map<bigint, bigint>();
  readonly #refused = new Set<string>();
  readonly #heard = new HeardSources();

  constructor(parts: RelayerParts) {
    this.#parts = parts;
    this.#anchors = new KnownAnchors(parts.chain);
    const registers = [parts.registry];
    this.#relays = new Counter({
      name: "ballast_relays_total",
      help: "Bundles by what became of them",
      labelNames: ["outcome"],
      registers,
    });
    this.#signers = new Gauge({ name: "ballast_signers_seen", help: "Signers in the last bundle", registers });
    this.#age = new Gauge({ name: "ballast_price_age_seconds", help: "Age of the latest round on chain", registers });
    this.#balance = new Gauge({ name: "ballast_wallet_balance", help: "Ether left for gas", registers });
    this.#equivocations = new Gauge({
      name: "ballast_equivocations_seen",
      help: "Validators caught with two vectors in a round",
      registers,
    });
  }

  /** One turn of the loop; returns when to come back. */
  async turn(signal: AbortSignal): Promise<bigint> {
    const view = await this.#view();
    await this.#collect(view);
    this.#equivocations.set(this.#parts.pool.equivocations().length);
    const proposal = await this.#propose(view);
    if (proposal !== undefined) await this.#relay(proposal, view.head, signal);
    return (await this.#parts.clock.now()) + this.#parts.pollMs;
  }

  async #view(): Promise<OracleView> {
    const { clock, chain, headAge, oracle, address } = this.#parts;
    const [nowMs, head, health, feeds] = await Promise.all([
      clock.now(),
      chain.head(),
      oracle.health(),
      oracle.feedCount(),
    ]);
    headAge.see(head);
    const latest = await oracle.acceptedRound(health, head);
    if (this.#balanceLook.isDue(nowMs)) this.#balance.set(Number((await chain.balance(address)) / GWEI) / 1e9);
    if (latest !== undefined) this.#age.set(Number((nowMs - roundStartMs(latest.round)) / 1000n));
    const setIds = health.setId > 1n ? [health.setId, health.setId - 1n] : [health.setId];
    const sets = new Map<bigint, readonly Seat[]>();
    for (const setId of setIds) sets.set(setId, await oracle.seats(setId));
    return { head, currentRound: roundAt(nowMs), feeds: Math.min(feeds, FEED_SLOTS), sets, health, latest };
  }

  async #collect(view: OracleView): Promise<void> {
    const { transport, sources, sourceTimeoutMs, pool, log } = this.#parts;
    const latest = view.latest?.round ?? 0n; // older ones are of no use to the oracle
    pool.prune(view.currentRound);
    await Promise.all(
      sources.map(async (source) => {
        const since = this.#heard.sinceOf(source, latest);
        try {
          const reports = await fetchReports(transport, { baseUrl: source, since, timeoutMs: sourceTimeoutMs });
          this.#heard.answered(source, view.currentRound);
          for (const { report, refusal } of pool.offerAll(reports, view)) {
            if (refusal === "known" || refusal === "outsideWindow") continue;
            log.warn({ source, round: report.round.toString(), seat: report.seat, refusal }, "report refused");
          }
        } catch (error) {
          this.#heard.failed(source);
          log.debug({ source, ...errorFacts(error) }, "source does not answer");
        }
      }),
    );
  }

  /** Newest round that is worth a transaction now. */
  async #propose(view: OracleView): Promise<Proposal | undefined> {
    const { pool, clock, policy } = this.#parts;
    const { head } = view;
    const nowMs = await clock.now();
    const due = await this.#due();
    for (const round of pool.rounds()) {
      if (view.latest !== undefined && round < view.latest.round) return undefined;
      for (const [setId, seats] of view.sets) {
        const signed = pool.ofRound(round, setId);
        const heights = await this.#anchors.heightsOf(signed, head);
        const reports = anchoredReports(signed, heights, head).filter(({ seat }) => this.#counts(view, setId, seat));
        if (reports.length === 0) continue;
        const expectedSeats = seats.flatMap((seat, index) =>
          seat.weight !== 0n && !isMasked(view, index) ? [index] : [],
        );
        const candidates = reports.map(({ seat, prices }) => ({ seat, prices, weight: seats[seat]!.weight }));
        const decision = decideRelay(
          { nowMs, round, setId, candidates, expectedSeats, totals: view.health.totals, latest: view.latest },
          { ...policy, due, completenessDelayMs: policy.completenessDelayMs + this.#backupDelay(round) },
        );
        if (decision.kind !== "relay") continue;
        const missing = expectedSeats.filter((seat) => !reports.some((report) => report.seat === seat));
        return { round, setId, reason: decision.reason, reports, missing };
      }
    }
    return undefined;
  }

  async #due(): Promise<DuePolicy | undefined> {
    const { deviationBps, oracle } = this.#parts;
    return deviationBps === undefined ? undefined : { deviationBps, heartbeatMs: await oracle.heartbeatMs() };
  }

  /** A masked seat counts for nothing; neither does, in reports of the set before, one whose occupant changed. */
  #counts(view: OracleView, setId: bigint, seat: number): boolean {
    if (isMasked(view, seat)) return false;
    const occupant = (id: bigint): bigint | undefined => view.sets.get(id)?.[seat]?.validatorId;
    return setId === view.health.setId || occupant(setId) === occupant(view.health.setId);
  }

  /** The same delay for a round however often it is looked at. */
  #backupDelay(round: bigint): bigint {
    const { backupDelayMs, random } = this.#parts;
    const known = this.#delays.get(round) ?? (backupDelayMs === 0n ? 0n : random.below(backupDelayMs + 1n));
    this.#delays.set(round, known);
    if (this.#delays.size > 2 * SEATS) this.#delays.delete(this.#delays.keys().next().value!);
    return known;
  }

  async #relay(proposal: Proposal, head: BlockFacts, signal: AbortSignal): Promise<void> {
    const { sender, log, dryRun } = this.#parts;
    const { round, reason, reports, missing } = proposal;
    const facts = { round: round.toString(), reason, seats: reports.map((report) => report.seat), missing };
    const packed = hexlify(encodeRelay({ round, setId: proposal.setId, reports }));
    const attempt = `${head.hash} ${packed}`;
    if (this.#refused.has(attempt)) return;
    this.#signers.set(reports.length);

    try {
      const data = encodeCall(oracleInterface, "relay", [packed]);
      if (dryRun) {
        const gas = await sender.simulate(data);
        log.info({ ...facts, gas: gas.toString(), bytes: packed.length / 2 - 1 }, "would relay");
        return;
      }
      const outcome = await sender.send(data, signal);
      const mined =
        outcome.kind === "mined" ? { gas: outcome.receipt.gasUsed.toString(), hash: outcome.receipt.hash } : {};
      const result = outcome.kind === "mined" && !outcome.receipt.succeeded ? "reverted" : outcome.kind;
      this.#relays.inc({ outcome: result });
      log.info({ ...facts, outcome: result, ...mined }, "relay sent");
    } catch (error) {
      if (!(error instanceof BallastError) || error.code !== "callReverted") throw error;
      this.#refuse(attempt);
      this.#relays.inc({ outcome: "refused" });
      log.warn({ ...facts, ...revertFacts(error) }, "the oracle would refuse this bundle");
    }
  }

  /** The same bundle is not simulated twice on one block; the next one may be on another fork, where it is welcome. */
  #refuse(attempt: string): void {
    this.#anchors.forget();
    this.#refused.add(attempt);
    if (this.#refused.size > SEATS) this.#refused.delete(this.#refused.keys().next().value!);
  }
}

function isMasked(view: OracleView, seat: number): boolean {
  return ((view.health.mask >> BigInt(seat)) & 1n) === 1n;
}

/** Name and arguments of the contract's own error. */
function revertFacts(error: BallastError): Record<string, unknown> {
  const given = error.context["data"];
  const data = typeof given === "string" ? given : "0x";
  const parsed = data === "0x" ? null : oracleInterface.parseError(data);
  return parsed === null ? { revert: data.slice(0, 74) } : { revert: parsed.name, arguments: parsed.args.map(String) };
}
