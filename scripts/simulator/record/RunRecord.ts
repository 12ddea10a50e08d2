// SPDX-License-Identifier: MIT
import { ROUND_SECONDS } from "../../model/constants.ts";
import { CAPTURE_RULES } from "../../model/slashing/captureRules.ts";
import { batchCalls, wordAt } from "../world/batchCalls.ts";
import { Accounts } from "./Accounts.ts";
import type { AccountRow } from "./Accounts.ts";
import { CaptureRecord } from "./CaptureRecord.ts";
import { cents } from "./dollars.ts";
import { linesOf } from "./eventLines.ts";
import type { EventLine } from "./eventLines.ts";
import { Honesty } from "./Honesty.ts";
import { LiquidationRecord } from "./LiquidationRecord.ts";
import { Lookout } from "./Lookout.ts";
import { ModeRecord } from "./ModeRecord.ts";
import { MoneyRecord } from "./MoneyRecord.ts";
import { PriceRecord } from "./PriceRecord.ts";
import type { Attempt, Note, RunNotes } from "./RunNotes.ts";
import { MemorySink } from "./RunSink.ts";
import type { RunSink } from "./RunSink.ts";
import type { RunSummary } from "./RunSummary.ts";
import type { Seen } from "./Seen.ts";
import { SeriesTable } from "./SeriesTable.ts";
import type { BlockSight } from "./sights.ts";
import { SlashRecord } from "./SlashRecord.ts";
import type { Violation } from "./Verdict.ts";
import { WorkRecord } from "./WorkRecord.ts";

const TOKEN_DIGITS = 1e6;
/** Where no feed says what ether is worth, 8 decimals. */
const BALANCE_OF = "0x70a08231";
const TIPS_OWED = "0xc4894b86";

/** What a run is told besides its world. */
export interface RecordOptions {
  /** Whether the scenario makes this validator lie, sleep or leave at some time. */
  readonly isByzantine: (validator: string) => boolean;
  /** Memory unless another is given. */
  readonly sink?: RunSink;
}

/** Everything of a summary but what judges say. */
export type Measured = Omit<RunSummary, "verdict" | "invariants">;

/** Watches a world, and keeps what its summary is made of; what grows goes into the sink. */
export class RunRecord implements RunNotes {
  readonly lookout: Lookout;
  readonly sink: RunSink;
  readonly honesty: Honesty;
  readonly #world: Seen;
  readonly #prices = new PriceRecord();
  readonly #modes: ModeRecord;
  readonly #liquidations = new LiquidationRecord();
  readonly #money = new MoneyRecord();
  readonly #work = new WorkRecord();
  readonly #slashes: SlashRecord;
  readonly #captures: CaptureRecord;
  readonly #accounts: Accounts;
  readonly #series: SeriesTable;
  readonly #attempts: Record<Attempt["kind"], { attempted: number; refused: number }> = {
    open: { attempted: 0, refused: 0 },
    exit: { attempted: 0, refused: 0 },
  };
  #refusedExits: Attempt[] = [];
  #last: BlockSight | undefined;
  /** What the paid held before anything was recorded, USD. */
  #before: number | undefined;
  readonly #counts = { blocks: 0 };

  constructor(world: Seen, { isByzantine, sink = new MemorySink() }: RecordOptions) {
    this.#world = world;
    this.sink = sink;
    this.lookout = new Lookout(world);
    const { scenario, population, room } = world;
    this.#modes = new ModeRecord(scenario, Number(room.parameters.heartbeat));
    this.honesty = new Honesty(world, isByzantine);
    const { heartbeatSeconds } = scenario.witness;
    this.#captures = new CaptureRecord(CAPTURE_RULES, { heartbeatSeconds, startAt: scenario.chain.startAt });
    for (const { id } of scenario.feeds) this.#captures.seeCalm(id, scenario.witness.feeds, world.truth.priceAt(id, 0));
    this.#slashes = new SlashRecord(
      (loss) => this.honesty.isHonestLoss(loss),
      (id) => this.lookout.validatorName(id),
      this.#captures,
    );
    this.#accounts = new Accounts(this.lookout.book);
    for (const [name, address] of room.addresses) this.lookout.book.name(address, name);
    this.#series = new SeriesTable({ feeds: population.feeds, validators: population.validators });
    this.sink.line("series.csv", this.#series.header);
    const remembering = [this.honesty, this.#prices, this.#modes, this.#liquidations, this.#money, this.#work];
    for (const one of [...remembering, this.#slashes, this.#captures, this.#accounts, { memories: [this.#counts] }])
      this.lookout.remember(one);
    this.lookout.observe((sight) => this.#see(sight));
    world.driver.onUndo((number) => this.#tellReplaced(number));
  }

  attempt(attempt: Attempt): void {
    const counter = this.#attempts[attempt.kind];
    counter.attempted += 1;
    if (!attempt.refused) return;
    counter.refused += 1;
    const { actor, kind, reason, seconds } = attempt;
    if (kind === "exit") this.#refusedExits.push(attempt);
    this.#tell({ at: seconds, kind: `${kind}Refused`, actor, reason });
  }

  note({ seconds, kind, ...details }: Note): void {
    this.#tell({ at: seconds, kind, ...details });
  }

  /** A judge found something wrong. */
  violate({ id, block, detail }: Violation, seconds: number): void {
    this.#tell({ at: seconds, block, kind: "violation", invariant: id, detail });
  }

  /** Exits that were refused since this was asked last. */
  takeRefusedExits(): Attempt[] {
    return this.#refusedExits.splice(0);
  }

  /** Accounts as they are now, by name. */
  accounts(): AccountRow[] {
    return this.#last === undefined ? [] : this.#accounts.rows(this.#last, this.lookout.health.healths);
  }

  /** What was measured up to now. Asks the chain what rewards lie ready. */
  async measure(): Promise<Measured> {
    const { scenario } = this.#world;
    const { cost, ...work } = this.#work.totals;
    const earned = await this.#earned();
    return {
      scenario: scenario.name,
      seed: scenario.seed,
      blocks: this.#counts.blocks,
      simulatedSeconds: Math.max(this.#last?.seconds ?? 0, 0),
      badDebt: this.#money.badDebt(this.#last),
      insurance: this.#money.insurance,
      liquidations: this.#liquidations.summary,
      price: this.#prices.summary,
      modes: this.#modes.summary,
      settlement: this.#money.settlement,
      exits: { ...this.#attempts.exit },
      opens: { ...this.#attempts.open },
      slashing: this.#slashes.summary,
      keepers: { ...work, profit: cents(earned - cost) },
      recoverySeconds: this.#modes.recoverySeconds,
    };
  }

  async #see(sight: BlockSight): Promise<void> {
    this.#before ??= await this.#wallets();
    this.honesty.see(sight);
    this.#accounts.see(sight);
    this.#last = sight;
    if (sight.seconds < 0) return;
    this.#counts.blocks += 1;
    this.#prices.see(sight);
    const changes = this.#modes.see(sight);
    this.#liquidations.see(sight);
    this.#money.see(sight);
    this.#work.see(sight, this.#world.truth.nativePriceAt(sight.seconds));
    this.#slashes.see(sight);
    this.#keepPublished(sight);
    for (const line of linesOf(sight, this.lookout.book)) this.#tell(line);
    for (const change of changes) this.#tell({ ...change, block: sight.number, kind: "modeChanged" });
    const { id, ...wrongful } = sight.flags.find(({ isWrongful }) => isWrongful) ?? { id: undefined };
    if (id !== undefined)
      this.#tell({ at: sight.seconds, block: sight.number, kind: "wrongfulFlag", id: String(id), ...texts(wrongful) });
    const row = this.#series.see(sight, this.#world.manners.gasGwei(sight.seconds));
    if (row !== undefined) this.sink.line("series.csv", row);
  }

  /** What validators answer for, and what witnesses say to it. */
  #keepPublished({ relays, pushes, feeds, seconds, timestamp }: BlockSight): void {
    for (const { slot, source, ...step } of pushes) this.#captures.seeWitness(feeds[slot]!.id, source, step);
    for (const { round, prices, quarantined, reports } of relays) {
      const at = seconds - (timestamp - Number(round * ROUND_SECONDS));
      for (const { id, slot } of feeds) {
        const price = prices[slot] ?? 0n;
        if (price === 0n || quarantined.has(slot)) continue;
        const signed = reports.map((report) => [report.validator, report.prices[slot] ?? 0n] as const);
        const truth = this.#world.truth.priceAt(id, at);
        this.#captures.seeRound(id, { round: Number(round), price, signed, truth });
      }
    }
  }

  /** Lines of blocks above `number` stand above this one, and are of no block that is left. */
  #tellReplaced(number: number): void {
    this.#tell({ at: this.#last?.seconds ?? 0, block: number, kind: "blocksReplaced" });
  }

  /** What those who are paid gained, gas not counted and gifts neither; USD. */
  async #earned(): Promise<number> {
    const inHouse = this.accounts().filter(({ account }) => this.lookout.book.isPaid(account));
    const gained = inHouse.reduce((sum, { profit }) => sum + profit, 0);
    const moved = this.lookout.book.paid.map((name) => this.#accounts.outOfWallet(this.#world.keyOf(name).address));
    return (await this.#wallets()) - (this.#before ?? 0) + moved.reduce((sum, one) => sum + one, gained);
  }

  /** Tokens in the wallets of those who are paid, and tips that lie ready for them; USD. */
  async #wallets(): Promise<number> {
    const { room, chain } = this.#world;
    const people = this.lookout.book.paid.map((name) => this.#world.keyOf(name).address.slice(2).toLowerCase());
    const calls = people.flatMap((address) => [
      { to: room.token.target as string, data: `${BALANCE_OF}${address.padStart(64, "0")}` },
      { to: room.pot.target as string, data: `${TIPS_OWED}${address.padStart(64, "0")}` },
    ]);
    const held = await batchCalls(chain.line, calls);
    const tokens = held.reduce((sum, words) => sum + (words === undefined ? 0n : wordAt(words, 0)), 0n);
    return Number(tokens) / TOKEN_DIGITS;
  }

  #tell(line: EventLine): void {
    this.sink.line("events.jsonl", JSON.stringify(line));
  }
}

/** Starts to record a world. Before it begins, so that nothing is missed. */
export function recordRun(world: Seen, options: RecordOptions): RunRecord {
  return new RunRecord(world, options);
}

function texts(values: object): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}
