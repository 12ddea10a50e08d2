// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { AgreedChain } from "../../chain/AgreedChain.ts";
import type { ContractReader } from "../../chain/ContractReader.ts";
import { errorFacts } from "../../chain/errorFacts.ts";
import { fetchReports } from "../../chain/fetchReports.ts";
import { isAccepted } from "../../chain/isAccepted.ts";
import type { Log } from "../../chain/Log.ts";
import { recoverReporter } from "../../chain/recoverReporter.ts";
import { structShape } from "../../chain/structShape.ts";
import type { Transport } from "../../chain/Transport.ts";
import { BallastError } from "../../model/BallastError.ts";
import { MAXIMUM_ROUND_AGE_SECONDS, ROUND_SECONDS } from "../../model/constants.ts";
import type { OracleDomain } from "../../model/priceReportTypedData.ts";
import type { SignedReport } from "../../model/types.ts";
import type { Duty, Job, KeeperView } from "../Duty.ts";
import { classOf } from "../dutyShape.ts";
import { unpaidJob } from "../unpaidJob.ts";
import { creditableRounds, decideCredits } from "./decideCredits.ts";
import type { SealedRound } from "./decideCredits.ts";
import type { EpochsConfig } from "./EpochsConfig.ts";
import { SkippedRounds } from "./SkippedRounds.ts";

/** What is read, and where reports come from. */
export interface EpochsParts {
  readonly agreed: AgreedChain;
  readonly oracle: ContractReader;
  readonly registry: ContractReader;
  readonly domain: OracleDomain;
  readonly transport: Transport;
  readonly log: Log;
}

const whole = z.bigint();
const healthShape = structShape({ latestRound: whole, setId: whole, mask: whole, nominalWeight: whole });
const headerShape = structShape({ setId: whole, signers: whole, late: whole });
const PATIENCE_MS = 1_800_000n;
/** Shares of the one job there is at a time, beside those of seats. */
const EPOCH_SHARE = 32n;
const CALLS = ["closeEpoch", "declareStalled", "enforceStall"] as const;

/**
 * Closes the registry's epochs, so that sets change, absence is judged and rewards are allotted; declares a set that signs
 * nothing stalled, and a day later has its silent members replaced; and has reports credited that reached relayers after
 * their round, so that nobody is punished for a slow line. When a call is due the registry alone knows: it is asked.
 */
export class EpochsDuty implements Duty {
  readonly name = "epochs";
  readonly classes;
  readonly #parts: EpochsParts;
  readonly #config: EpochsConfig;
  readonly #skipped: SkippedRounds;

  constructor(parts: EpochsParts, config: EpochsConfig) {
    this.#parts = parts;
    this.#config = config;
    this.#skipped = new SkippedRounds(parts.agreed);
    this.classes = [classOf("epochs", config.fees)];
  }

  async due(view: KeeperView): Promise<readonly Job[]> {
    const [health] = await this.#parts.oracle.read("health", [], view.head);
    const state = healthShape.parse(health);
    const [calls, credits] = await Promise.all([this.#calls(state, view), this.#credits(state, view)]);
    return [...credits, ...calls]; // a report counts only in the epoch of its round: before that ends
  }

  async #calls(state: z.output<typeof healthShape>, view: KeeperView): Promise<Job[]> {
    const { agreed, oracle, registry } = this.#parts;
    const { head, account } = view;
    const [epoch, signedAt] = await Promise.all([
      registry.read("epoch", [], head),
      oracle.read("lastSignedAt", [], head),
    ]);
    const isDue = await Promise.all(
      CALLS.map((name) =>
        isAccepted(agreed, { from: account, to: registry.address, data: registry.encode(name, []) }, head),
      ),
    );
    const facts = [epoch[0], state.setId, state.nominalWeight, signedAt[0]].join(" ");
    return CALLS.filter((_, index) => isDue[index]).map((name) =>
      this.#job(`${name} ${facts}`, registry, registry.encode(name, []), EPOCH_SHARE, view),
    );
  }

  async #credits({ latestRound, setId, mask }: z.output<typeof healthShape>, view: KeeperView): Promise<Job[]> {
    const { timestamp } = view.head;
    await this.#skipped.look(view.head);
    const reports = await this.#reports(timestamp);
    const rounds = creditableRounds(reports, latestRound, timestamp);
    const sealed = await Promise.all(rounds.map((round) => this.#sealed(round, view)));
    // Masks are of the current set; who left with an older one is refused by the oracle.
    const found = sealed.flatMap((round) =>
      round === undefined ? [] : decideCredits(round, reports, round.setId === setId ? mask : 0n),
    );
    const jobs = await Promise.all(found.map((report) => this.#credit(report, view)));
    return jobs.flatMap((job) => job ?? []);
  }

  /** What relayers hold that carries its seat's signature; a relayer that does not answer is left out. */
  async #reports(time: bigint): Promise<SignedReport[]> {
    const { transport, log } = this.#parts;
    const since = (time - MAXIMUM_ROUND_AGE_SECONDS) / ROUND_SECONDS;
    const held = await Promise.all(
      this.#config.relayers.map(async (baseUrl) => {
        try {
          return await fetchReports(transport, { baseUrl, since, timeoutMs: this.#config.relayerTimeoutMs });
        } catch (error) {
          if (!(error instanceof BallastError)) throw error;
          log.debug({ relayer: baseUrl, ...errorFacts(error) }, "relayer not heard");
          return [];
        }
      }),
    );
    return held.flat();
  }

  async #sealed(round: bigint, { head }: KeeperView): Promise<SealedRound | undefined> {
    if (this.#skipped.has(round)) return undefined;
    const [ok, header] = await this.#parts.oracle.read("tryRoundHeader", [round], head);
    if (ok === true) return { round, ...headerShape.parse(header) };
    this.#skipped.add(round);
    return undefined;
  }

  /** The job for a report that is signed by whom it says and that the oracle takes. */
  async #credit(report: SignedReport, view: KeeperView): Promise<Job | undefined> {
    const { agreed, oracle, domain } = this.#parts;
    const { head, account } = view;
    const { round, setId, seat, anchorHash, anchorBlock, prices, signature } = report;
    const [signer] = await oracle.read("seatAt", [setId, seat], head);
    if (recoverReporter(domain, report) !== signer) return undefined;
    const told = { round, setId, anchorHash, prices: [...prices] };
    const data = oracle.encode("creditLate", [told, seat, anchorBlock, signature.r, signature.yParityAndS]);
    if (!(await isAccepted(agreed, { from: account, to: oracle.address, data }, head))) return undefined;
    return this.#job(`credit ${round} ${seat}`, oracle, data, BigInt(seat), view);
  }

  #job(key: string, { address: to }: ContractReader, data: string, shareId: bigint, { head }: KeeperView): Job {
    const { name: className } = this.classes[0]!;
    return unpaidJob({ key, className, to, data }, shareId, head, PATIENCE_MS);
  }
}
