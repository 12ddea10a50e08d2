// SPDX-License-Identifier: MIT
import { Gauge } from "prom-client";
import type { Registry } from "prom-client";
import { z } from "zod";

import type { AgreedChain } from "../../chain/AgreedChain.ts";
import type { BlockFacts } from "../../chain/chainFacts.ts";
import { ContractReader } from "../../chain/ContractReader.ts";
import type { Database } from "../../chain/Database.ts";
import { equivocationArguments } from "../../chain/equivocationArguments.ts";
import type { Log } from "../../chain/Log.ts";
import { oracleInterface } from "../../chain/oracleInterface.ts";
import { recoverReporter } from "../../chain/recoverReporter.ts";
import { registryInterface } from "../../chain/registryInterface.ts";
import { slasherInterface } from "../../chain/slasherInterface.ts";
import type { Transport } from "../../chain/Transport.ts";
import { vectorHash } from "../../chain/vectorHash.ts";
import { SEATS } from "../../model/constants.ts";
import type { ActionClass, Work } from "../../model/intents/types.ts";
import type { OracleDomain } from "../../model/priceReportTypedData.ts";
import { hasLowS } from "../../model/relayFormat.ts";
import { roundAt, roundStartMs } from "../../model/rounds.ts";
import {
  decideAccusations,
  DEVIATION_SECONDS,
  EQUIVOCATION_SECONDS,
  FUTURE_SECONDS,
} from "../../model/slashing/decideAccusations.ts";
import { decideCaseSteps } from "../../model/slashing/decideCaseSteps.ts";
import { deviationPercent } from "../../model/slashing/judgeDeviation.ts";
import { caseIdOf, FAULT, STAGE } from "../../model/slashing/types.ts";
import type { Accusation, CaseStep, Contradiction, Prematurity, Suspicion } from "../../model/slashing/types.ts";
import type { Seat, SignedReport } from "../../model/types.ts";
import type { Duty, Job, KeeperView } from "../Duty.ts";
import { classOf } from "../dutyShape.ts";
import { ChainWatch, readCase } from "./ChainWatch.ts";
import { endCase } from "./endCase.ts";
import { EvidenceBook } from "./EvidenceBook.ts";
import { ReportTraffic } from "./ReportTraffic.ts";
import type { SlasherPolicy } from "./slasherPolicy.ts";

/** What a slash watcher is made of. */
export interface SlasherParts {
  readonly agreed: AgreedChain;
  readonly transport: Transport;
  readonly log: Log;
  /** May be lost: the chain and relayers show what counts again. */
  readonly memory: Database;
  readonly registry: Registry;
  readonly domain: OracleDomain;
  readonly slasher: string;
}

/** Reports with a wrong signature after which the rest of a source's answer is not looked at: checking costs time. */
const PATIENCE_WITH_FORGERIES = 4;
/** Rounds ahead of the chain's clock that are looked at: 15 minutes. */
const ROUNDS_AHEAD = 60n;
/** A report that is in no round by then was never credited: 15 minutes. */
const CREDITED_ROUNDS = 60n;
/** The reporter gets a tenth of a penalty. */
const BOUNTY_PART = 10n;
const EQUIVOCATION_PERCENT = 5n;
/** State of a validator that never is one again, as in IValidatorRegistry. */
const TOMBSTONED = 5n;
/** Cases may be ended for ever; what is due stays due. */
const STEP_PATIENCE_MS = 86_400_000n;

const healthShape = z.object({ latestRound: z.bigint(), setId: z.bigint() });
const headerShape = z.object({ setId: z.bigint(), signers: z.bigint(), late: z.bigint() });
const priceShape = z.object({
  price: z.bigint(),
  dispersionPpm: z.bigint(),
  published: z.boolean(),
  clean: z.boolean(),
});
const seatShape = z.object({ signer: z.string(), weight: z.bigint(), validatorId: z.bigint() });

/**
 * The slash watcher: keeps what validators signed, as relayers and the chain's own calldata show it, and brings to the
 * Slasher who signed two vectors for one round, a price far from the median, or a round long before its time; then sees its cases, and everybody's, to
 * their end. It accuses nobody whose signature it has not checked, and nobody who is accused already.
 */
export class SlasherDuty implements Duty {
  readonly name = "slasher";
  readonly classes: readonly ActionClass[];
  readonly #parts: SlasherParts;
  readonly #policy: SlasherPolicy;
  readonly #book: EvidenceBook;
  readonly #traffic: ReportTraffic;
  readonly #watch: ChainWatch;
  readonly #oracle: ContractReader;
  readonly #slasher: ContractReader;
  readonly #seen: Gauge<"kind">;
  readonly #sets = new Map<bigint, readonly Seat[]>();
  #registry: ContractReader | undefined;

  constructor(parts: SlasherParts, policy: SlasherPolicy) {
    const { agreed, transport, log, memory, domain } = parts;
    this.#parts = parts;
    this.#policy = policy;
    this.classes = [classOf("slasher", policy.fees)];
    this.#book = new EvidenceBook(memory, BigInt(policy.keptRounds));
    this.#traffic = new ReportTraffic(transport, log, {
      relayers: policy.relayers,
      timeoutMs: policy.relayerTimeoutMs,
      collectMs: BigInt(policy.collectMs),
    });
    this.#oracle = new ContractReader(agreed, domain.verifyingContract, oracleInterface);
    this.#slasher = new ContractReader(agreed, parts.slasher, slasherInterface);
    this.#watch = new ChainWatch({
      agreed,
      memory,
      log,
      book: this.#book,
      oracle: this.#oracle,
      slasher: this.#slasher,
      lookBackBlocks: BigInt(policy.lookBackBlocks),
      blocksPerTurn: BigInt(policy.blocksPerTurn),
      accept: (reports, head) => this.#accept(reports, head),
    });
    this.#seen = new Gauge({
      name: "ballast_slash_evidence",
      help: "Evidence at hand: contradictions and suspicions, and cases that are open",
      labelNames: ["kind"],
      registers: [parts.registry],
    });
  }

  async due({ head, nowMs }: KeeperView): Promise<readonly Job[]> {
    const { latestRound, setId } = healthShape.parse((await this.#oracle.read("health", [], head))[0].toObject());
    const currentRound = roundAt(head.timestamp * 1_000n);
    await this.#watch.look(head);
    for (const reports of await this.#traffic.collect(nowMs, currentRound)) {
      const current = reports.filter((report) => report.setId === setId || report.setId + 1n === setId);
      await this.#accept(current, head);
    }
    this.#book.prune(currentRound);

    const [contradictions, suspicions, cases] = [
      this.#book.contradictions(),
      this.#book.suspicions(),
      this.#book.cases(),
    ];
    this.#show(contradictions.length, suspicions.length, cases.filter(({ stage }) => stage !== STAGE.closed).length);
    const nowSeconds = head.timestamp;
    const accusations = decideAccusations({
      nowSeconds,
      clockSeconds: nowMs / 1_000n,
      latestRound,
      contradictions,
      suspicions,
      premature: this.#book.after(currentRound),
      cases,
    });
    const steps = decideCaseSteps(cases, nowSeconds);
    const jobs = await Promise.all([
      ...accusations.map((accusation) => this.#accuse(accusation, head)),
      ...steps.map((step) => this.#end(step, latestRound, { head, nowMs })),
    ]);
    return jobs.filter((job) => job !== undefined);
  }

  #show(contradictions: number, suspicions: number, open: number): void {
    this.#seen.set({ kind: "contradiction" }, contradictions);
    this.#seen.set({ kind: "suspicion" }, suspicions);
    this.#seen.set({ kind: "openCase" }, open);
  }

  /** Keeps reports of a source whose signature is their seat's, until the source has shown that it offers forgeries. */
  async #accept(reports: readonly SignedReport[], head: BlockFacts): Promise<void> {
    const currentRound = roundAt(head.timestamp * 1_000n);
    const oldest = currentRound - BigInt(this.#policy.keptRounds);
    let forgeries = 0;
    for (const report of reports) {
      if (forgeries >= PATIENCE_WITH_FORGERIES) return;
      if (report.round > currentRound + ROUNDS_AHEAD || report.round < oldest) continue;
      const seat = (await this.#seatsOf(report.setId, head))[report.seat];
      if (seat === undefined || seat.weight === 0n || this.#book.knows(seat.validatorId, report)) continue;
      const isSigned = hasLowS(report.signature) && recoverReporter(this.#parts.domain, report) === seat.signer;
      if (isSigned) this.#book.note(seat.validatorId, report);
      else forgeries += 1;
    }
  }

  async #accuse(accusation: Accusation, head: BlockFacts): Promise<Job | undefined> {
    const id = caseIdOf(FAULT[accusation.kind], accusation.validatorId, accusation.round);
    const known = await readCase(this.#slasher, id, head);
    if (known.stage !== STAGE.none) {
      this.#book.setCase({ id, ...known }); // older than what this watcher read of the chain
      return undefined;
    }
    switch (accusation.kind) {
      case "equivocation":
        return this.#accuseOfEquivocation(accusation, head);
      case "deviation":
        return this.#accuseOfDeviation(accusation, head);
      case "futureDating":
        return this.#accuseOfFutureDating(accusation);
    }
  }

  /** Costs nobody anything yet, so it brings nothing: the conviction does. */
  #accuseOfFutureDating({ validatorId, round }: Prematurity): Job | undefined {
    const [report] = this.#book.reportsOf(validatorId, round);
    if (report === undefined) return undefined;
    const { r, yParityAndS } = report.signature;
    const data = this.#slasher.encode("accuseFutureDating", [report, r, yParityAndS]);
    const deadlineMs = roundStartMs(round) - FUTURE_SECONDS * 1_000n;
    return this.#job(`futureDating ${validatorId} ${round}`, validatorId, { data, deadlineMs, rewardWei: 0n });
  }

  async #accuseOfEquivocation({ validatorId, round }: Contradiction, head: BlockFacts): Promise<Job | undefined> {
    const [first, second] = this.#book.reportsOf(validatorId, round);
    const bond = await this.#bondOf(validatorId, head);
    if (first === undefined || second === undefined || bond.isTombstoned) return undefined;
    const data = this.#slasher.encode("submitEquivocation", equivocationArguments(first, second));
    const deadlineMs = roundStartMs(round) + EQUIVOCATION_SECONDS * 1_000n;
    const rewardWei = this.#bounty(bond.units, EQUIVOCATION_PERCENT, bond.unit);
    return this.#job(`equivocation ${validatorId} ${round}`, validatorId, { data, deadlineMs, rewardWei });
  }

  async #accuseOfDeviation(suspicion: Suspicion, head: BlockFacts): Promise<Job | undefined> {
    const { validatorId, round, feed, vector } = suspicion;
    const reports = this.#book.reportsOf(validatorId, round);
    const report = reports.find(({ prices }) => vectorHash(round, prices) === vector);
    const percent = report === undefined ? 0n : await this.#provenPercent(suspicion, report, head);
    if (percent === undefined) return undefined; // it may be credited yet
    if (report === undefined || percent === 0n) {
      this.#book.dismiss(suspicion);
      return undefined;
    }
    const { r, yParityAndS } = report.signature;
    const data = this.#slasher.encode("submitDeviation", [report, r, yParityAndS, feed]);
    const bond = await this.#bondOf(validatorId, head);
    const deadlineMs = roundStartMs(round) + DEVIATION_SECONDS * 1_000n;
    const rewardWei = this.#bounty(bond.units, percent, bond.unit);
    return this.#job(`deviation ${validatorId} ${round}`, validatorId, { data, deadlineMs, rewardWei });
  }

  /** Base penalty that the Slasher would take, 0 for none, undefined while it cannot be known. */
  async #provenPercent(
    { round, feed }: Suspicion,
    { seat, setId, prices }: SignedReport,
    head: BlockFacts,
  ): Promise<bigint | undefined> {
    const [[isKept, header], [isPriced, kept], [metrics]] = await Promise.all([
      this.#oracle.read("tryRoundHeader", [round], head),
      this.#oracle.read("tryRoundPrice", [feed, round], head),
      this.#oracle.read("metrics", [feed], head),
    ]);
    if (isKept !== true || isPriced !== true) return 0n;
    const { signers, late, setId: landedSet } = headerShape.parse(header.toObject());
    const price = priceShape.parse(kept.toObject());
    if (landedSet !== setId || !price.published || !price.clean) return 0n;
    if (((signers | late) >> BigInt(seat)) % 2n === 0n)
      return round + CREDITED_ROUNDS < roundAt(head.timestamp * 1_000n) ? 0n : undefined;
    return deviationPercent(prices[feed]!, {
      median: price.price,
      roundDispersionPpm: price.dispersionPpm,
      laggedDispersionPpm: z.bigint().parse(metrics.laggedDispersionPpm),
    });
  }

  async #end(
    step: CaseStep,
    latestRound: bigint,
    { head, nowMs }: Pick<KeeperView, "head" | "nowMs">,
  ): Promise<Job | undefined> {
    const place = { agreed: this.#parts.agreed, slasher: this.#slasher, oracle: this.#oracle, book: this.#book };
    const data = await endCase(place, step, latestRound, head);
    if (data === undefined) return undefined;
    const { kind, case: known } = step;
    const isProof = kind === "confirm" || kind === "convict";
    const bond = await this.#bondOf(known.validatorId, head);
    const rewardWei = isProof ? this.#bounty(bond.units, known.percent, bond.unit) : 0n;
    return this.#job(`${kind} ${known.id}`, known.validatorId, {
      data,
      deadlineMs: nowMs + STEP_PATIENCE_MS,
      rewardWei,
    });
  }

  #job(key: string, shareId: bigint, work: Pick<Work, "data" | "deadlineMs" | "rewardWei">): Job {
    return { work: { key, className: "slasher", to: this.#slasher.address, ...work }, shareId };
  }

  /** A tenth of so many percent of a bond, in wei; `unit` is one whole token. */
  #bounty(bond: bigint, percent: bigint, unit: bigint): bigint {
    return (bond * percent * this.#policy.weiPerBondToken) / (100n * BOUNTY_PART * unit);
  }

  async #bondOf(
    validatorId: bigint,
    head: BlockFacts,
  ): Promise<{ readonly units: bigint; readonly unit: bigint; readonly isTombstoned: boolean }> {
    this.#registry ??= new ContractReader(
      this.#parts.agreed,
      String((await this.#slasher.read("registry", [], head))[0]),
      registryInterface,
    );
    const [[found], [unit]] = await Promise.all([
      this.#registry.read("validator", [validatorId], head),
      this.#registry.read("weightUnit", [], head),
    ]);
    const { bond, state } = z.object({ bond: z.bigint(), state: z.bigint() }).parse(found.toObject());
    return { units: bond, unit: z.bigint().parse(unit), isTombstoned: state === TOMBSTONED };
  }

  /** Seats of a set; sets never change. */
  async #seatsOf(setId: bigint, head: BlockFacts): Promise<readonly Seat[]> {
    const known = this.#sets.get(setId);
    if (known !== undefined) return known;
    const seats = await Promise.all(
      Array.from({ length: SEATS }, async (_, seat) =>
        seatShape.parse((await this.#oracle.read("seatAt", [setId, seat], head)).toObject()),
      ),
    );
    if (seats.some(({ weight }) => weight !== 0n)) this.#sets.set(setId, seats);
    return seats;
  }
}
