// SPDX-License-Identifier: MIT
import type { TransactionReceipt } from "ethers";

import { ROUND_MS } from "../model/constants.ts";
import { roundAt, roundStartMs } from "../model/rounds.ts";
import { CrashChapter } from "./CrashChapter.ts";
import type { CrashRecord } from "./CrashRecord.ts";
import { DEMO_FEEDS } from "./demoConfigs.ts";
import { DOUBLE_VOTER, LATER_SILENT, LIAR, SILENT, START_MS } from "./DemoPlan.ts";
import type { DemoPlan } from "./DemoPlan.ts";
import type { DemoRecord, FaultWindow, HappeningRecord } from "./DemoRecord.ts";
import { RELAYERS } from "./DemoStage.ts";
import type { DemoStage } from "./DemoStage.ts";
import { readLosses, readValidators, unaccountedTokens } from "./readMoney.ts";
import { readRounds } from "./readRounds.ts";
import type { ShadowVote } from "./readRounds.ts";
import { TradingChapter } from "./TradingChapter.ts";
import type { ChapterListener } from "./TradingChapter.ts";
import type { TradingRecord } from "./TradingRecord.ts";
import { VaultChapter } from "./VaultChapter.ts";
import type { VaultWeeksRecord } from "./VaultWeeksRecord.ts";
import { seenEquivocations, shadowVotes, showDeviation, showEquivocation } from "./showEvidence.ts";

/** How far a demonstration is. */
export interface DemoProgress {
  readonly done: number;
  readonly total: number;
  readonly text: string;
}

const EPOCH_MS = 86_400_000n;
/** After a skip, time stands inside a round in which it is too late to sign. */
const LATE_MS = 10_500n;
const BEFORE_ROUND_MS = 500n;
/** Witnesses are read this long into every second round. */
const POKE_MS = 9_000n;
/** Validators listen two rounds before they sign. */
const LISTENING_ROUNDS = 2n;
const GAS_LIMIT = 3_000_000n;

/**
 * The story: an epoch with three faults, its close, a healed set, options and their expiry, a crash, two weeks of the options
 * vaults, and the correlated penalties.
 */
export class Demonstration {
  readonly #stage: DemoStage;
  readonly #plan: DemoPlan;
  readonly #seed: number;
  readonly #report: (progress: DemoProgress) => void;
  readonly #happenings: HappeningRecord[] = [];
  readonly #cases: bigint[] = [];
  #shadows: ShadowVote[] = [];
  #first = 0n;
  #caughtAt = 0n;
  #fromBlock = 0;
  #lost = new Map<string, string>();
  #round = 0n;

  constructor(stage: DemoStage, plan: DemoPlan, seed: number, report: (progress: DemoProgress) => void) {
    this.#stage = stage;
    this.#plan = plan;
    this.#seed = seed;
    this.#report = report;
  }

  /** Plays it all. */
  async play(): Promise<DemoRecord> {
    const { chain, clock } = this.#stage;
    this.#fromBlock = await chain.provider.getBlockNumber();
    this.#first = roundAt(await clock.now()) + LISTENING_ROUNDS;
    await this.#warmUp();
    await this.#playEpoch();
    await this.#closeEpoch();
    const healedFrom = await this.#playHealed();
    const rounds = await readRounds(this.#stage, this.#fromBlock, {
      shadowVotes: this.#shadows,
      liesIn: (round) => this.#lyingIn(round),
    });
    const nextSet = await this.#members();
    const trading = await this.#trade(nextSet);
    const crash = await this.#crash();
    const vaults = await this.#rollVaults();
    await this.#finalize();

    return {
      seed: this.#seed,
      feeds: DEMO_FEEDS.map(({ name }) => name),
      bondDecimals: Number(await this.#stage.room.token.decimals()),
      plannedRounds: this.#plan.rounds,
      expectedRounds: Array.from({ length: this.#plan.rounds }, (_, index) => this.#first + BigInt(index)),
      rounds,
      losses: await readLosses(this.#stage, this.#fromBlock, START_MS),
      validators: await readValidators(this.#stage, this.#lost),
      happenings: this.#happenings,
      windows: this.#windows(),
      nextSet,
      healedFrom,
      trading,
      crash,
      vaults,
      ...(await this.#money()),
      blocks: (await chain.provider.getBlockNumber()) - this.#fromBlock,
      simulatedSeconds: Number(((await clock.now()) - START_MS) / 1000n),
      relays: await this.#relays(),
    };
  }

  /** Up to just before the first round that everybody signs. */
  async #warmUp(): Promise<void> {
    await this.#stage.advanceTo(roundStartMs(this.#first) - ROUND_MS + POKE_MS);
    await this.#stage.pokeWitnesses();
    await this.#stage.advanceTo(roundStartMs(this.#first) - BEFORE_ROUND_MS);
  }

  async #playEpoch(): Promise<void> {
    for (let index = 0; index < this.#plan.rounds; index++) {
      this.#round = this.#first + BigInt(index);
      await this.#stageFaults(index);
      const progress = { done: index + 1, total: this.#plan.rounds + this.#plan.healedRounds };
      await this.#playRound(index, { ...progress, text: `round ${index + 1} of ${this.#plan.rounds}` });
    }
  }

  /** What is arranged half a second before round `index`. */
  async #stageFaults(index: number): Promise<void> {
    const { silentFrom, liarFrom, doubleVoterFrom, relayerDownFrom, relayerBackFrom } = this.#plan;
    if (index === silentFrom) {
      await this.#stage.stop(SILENT, "SIGKILL");
      await this.#note(`${SILENT}'s process is killed: it is silent from now on`);
    }
    if (index === relayerDownFrom) {
      await this.#stage.stop("relayer-1", "SIGKILL");
      await this.#note("relayer-1 is killed: relayer-2 carries on alone");
    }
    if (index === relayerBackFrom) {
      await this.#stage.startRelayer("relayer-1");
      await this.#note("relayer-1 is back");
    }
    if (index === liarFrom) {
      await this.#replace(LIAR, "liar");
      await this.#note(`${LIAR} signs its prices × 1.6`);
    }
    if (index === doubleVoterFrom) {
      await this.#replace(DOUBLE_VOTER, "doubleSigner");
      await this.#note(`${DOUBLE_VOTER} signs two vectors in every round`);
    }
    if (index === this.#plan.evidenceFrom) await this.#showEvidence();
  }

  async #replace(name: string, behaviour: "liar" | "doubleSigner"): Promise<void> {
    await this.#stage.stop(name, "SIGTERM");
    await this.#stage.startValidator(name, behaviour);
  }

  async #playRound(index: number, progress: DemoProgress): Promise<void> {
    if (index % 2 === 0) {
      await this.#stage.advanceTo(roundStartMs(this.#round) + POKE_MS);
      await this.#stage.pokeWitnesses();
    }
    await this.#stage.advanceTo(roundStartMs(this.#round + 1n) - BEFORE_ROUND_MS);
    this.#report(progress);
  }

  /** Somebody who is nobody in particular reads what relayers show and takes it to the slasher. */
  async #showEvidence(): Promise<void> {
    const url = this.#stage.urlOf("relayer-1");
    const pairs = await seenEquivocations(url);
    this.#shadows = await shadowVotes(this.#stage, pairs);
    const lies = await showDeviation(this.#stage, url, LIAR, this.#first + BigInt(this.#plan.liarFrom));
    const votes = pairs[0] === undefined ? [] : [await showEquivocation(this.#stage, pairs[0])];
    const receipts = await this.#stage.land([lies, ...votes]);
    for (const receipt of receipts) this.#cases.push(...this.#casesIn(receipt));
    this.#caughtAt = this.#round;
    await this.#note(`a bystander shows the evidence: ${LIAR} is slashed and jailed, ${DOUBLE_VOTER} slashed for good`);
  }

  #casesIn(receipt: TransactionReceipt): bigint[] {
    const { slasher } = this.#stage.room;
    return receipt.logs
      .filter((log) => log.address === slasher.target)
      .map((log) => slasher.interface.parseLog(log))
      .filter((parsed) => parsed?.name === "CaseOpened")
      .map((parsed) => parsed!.args["caseId"] as bigint);
  }

  /** Nothing happens for the rest of the day; then anybody closes the epoch. */
  async #closeEpoch(): Promise<void> {
    this.#report({ done: this.#plan.rounds, total: this.#plan.rounds, text: "the rest of the day passes" });
    const { registry } = this.#stage.room;
    const dueMs = START_MS + EPOCH_MS;
    await this.#stage.skipTo(dueMs + LATE_MS);
    this.#round = roundAt(dueMs);
    await this.#stage.pokeWitnesses();
    await this.#stage.land([await registry.connect(this.#stage.bystander).closeEpoch({ gasLimit: 10n * GAS_LIMIT })]);
    for (const name of this.#stage.ids.keys()) this.#lost.set(name, await this.#stateOf(name));
    for (const name of [LIAR, DOUBLE_VOTER]) await this.#stage.stop(name, "SIGTERM"); // nobody counts what they sign
    const members = await this.#members();
    await this.#note(`anyone closes the epoch: ${SILENT} is jailed, ${members.length} validators make the next set`);
  }

  async #playHealed(): Promise<bigint> {
    const now = await this.#stage.clock.now();
    const healedFrom = roundAt(now) + 1n;
    await this.#stage.advanceTo(roundStartMs(healedFrom) - BEFORE_ROUND_MS);
    const { rounds, healedRounds } = this.#plan;
    for (let index = 0; index < healedRounds; index++) {
      this.#round = healedFrom + BigInt(index);
      const progress = { done: rounds + index + 1, total: rounds + healedRounds };
      await this.#playRound(index, { ...progress, text: `next day and set: round ${index + 1} of ${healedRounds}` });
    }
    return healedFrom;
  }

  /** Options on these prices, over the same programs. */
  async #trade(members: readonly string[]): Promise<TradingRecord> {
    return new TradingChapter(this.#stage, LATER_SILENT, this.#listener()).play(members);
  }

  /** What happens to such options when the price falls by almost half. */
  async #crash(): Promise<CrashRecord> {
    return new CrashChapter(this.#stage, this.#listener()).play();
  }

  /** What options vaults do in two weeks that begin on the morning after. */
  async #rollVaults(): Promise<VaultWeeksRecord> {
    return new VaultChapter(this.#stage, this.#listener()).play();
  }

  #listener(): ChapterListener {
    return {
      note: (text) => {
        this.#round = 0n;
        return this.#note(text);
      },
      progress: (done, total, text) => this.#report({ done, total, text }),
    };
  }

  /** After two weeks no more evidence can arrive: the correlated part of each penalty is taken, and bounties are paid. */
  async #finalize(): Promise<void> {
    this.#report({ done: 1, total: 1, text: "the correlated penalties are taken" });
    const { slasher, escrow, pot, registry } = this.#stage.room;
    const { bystander } = this.#stage;
    const due = await Promise.all(this.#cases.map((caseId) => slasher.finalizableAt(caseId)));
    const latest = due.reduce((a, b) => (a > b ? a : b), 0n);
    const dueMs = latest * 1000n + LATE_MS;
    if (dueMs > (await this.#stage.clock.now())) await this.#stage.skipTo(dueMs);
    this.#round = roundAt(await this.#stage.clock.now());

    const options = { gasLimit: GAS_LIMIT };
    const sent = [];
    for (const caseId of this.#cases) sent.push(await slasher.connect(bystander).finalize(caseId, options));
    sent.push(await escrow.connect(bystander).payBounty(await bystander.getAddress(), options));
    for (const id of this.#stage.ids.values()) sent.push(await pot.connect(bystander).payRewards(id, [1n], options));
    await this.#stage.land(sent);
    await this.#note("no more evidence can arrive: the correlated part of both penalties is taken");

    const owner = await this.#stage.chain.fund(this.#stage.keys.of(`${LIAR}, withdrawal`));
    await this.#stage.land([await registry.connect(owner).rejoin(this.#stage.ids.get(LIAR)!, options)]);
    await this.#note(`${LIAR} has served its time and queues as a standby; ${DOUBLE_VOTER} never will`);
  }

  async #members(): Promise<string[]> {
    const seats = await this.#stage.room.registry.seats();
    return [...this.#stage.ids].filter(([, id]) => seats.includes(id)).map(([name]) => name);
  }

  async #stateOf(name: string): Promise<string> {
    const states = ["none", "standby", "active", "jailed", "exiting", "tombstoned"];
    const { state } = await this.#stage.room.registry.validator(this.#stage.ids.get(name)!);
    return states[Number(state)] ?? "unknown";
  }

  #lyingIn(round: bigint): string[] {
    if (round >= this.#caughtAt) return [];
    const started = (index: number): boolean => round >= this.#first + BigInt(index);
    const { liarFrom, doubleVoterFrom } = this.#plan;
    return [...(started(liarFrom) ? [LIAR] : []), ...(started(doubleVoterFrom) ? [DOUBLE_VOTER] : [])];
  }

  #windows(): FaultWindow[] {
    const at = (index: number): bigint => this.#first + BigInt(index);
    const { silentFrom, liarFrom, doubleVoterFrom, relayerDownFrom, relayerBackFrom, rounds } = this.#plan;
    return [
      { label: `${SILENT} silent`, kind: "silent", from: at(silentFrom), until: at(rounds) },
      { label: "relayer-1 down", kind: "relayer", from: at(relayerDownFrom), until: at(relayerBackFrom) },
      { label: `${LIAR} × 1.6`, kind: "liar", from: at(liarFrom), until: this.#caughtAt },
      { label: `${DOUBLE_VOTER} votes twice`, kind: "double voter", from: at(doubleVoterFrom), until: this.#caughtAt },
    ];
  }

  async #money(): Promise<Pick<DemoRecord, "bountyPaid" | "escrowHeld" | "unaccounted">> {
    const { token, escrow } = this.#stage.room;
    return {
      bountyPaid: await token.balanceOf(await this.#stage.bystander.getAddress()),
      escrowHeld: await token.balanceOf(escrow.target as string),
      unaccounted: await unaccountedTokens(this.#stage),
    };
  }

  /** Transactions the relayers sent, by the chain's own count, and the gas of those that brought a price. */
  async #relays(): Promise<DemoRecord["relays"]> {
    const { chain, keys, room } = this.#stage;
    const { oracle } = room;
    const nonces = await Promise.all(RELAYERS.map((name) => chain.provider.getTransactionCount(keys.of(name).address)));
    const attempts = nonces.reduce((sum, nonce) => sum + nonce, 0);
    const events = [
      ...(await oracle.queryFilter(oracle.filters.RoundAccepted(), this.#fromBlock)),
      ...(await oracle.queryFilter(oracle.filters.RoundUpgraded(), this.#fromBlock)),
    ];
    const landed = new Map(events.map((event) => [event.transactionHash, event]));
    let gasUsed = 0n;
    for (const event of landed.values()) gasUsed += (await event.getTransactionReceipt()).gasUsed;
    return { attempts, reverts: attempts - landed.size, gasUsed };
  }

  async #note(text: string): Promise<void> {
    const nowMs = await this.#stage.clock.now();
    this.#happenings.push({ at: Number((nowMs - START_MS) / 1000n), round: this.#round, text });
  }
}
