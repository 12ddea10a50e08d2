// SPDX-License-Identifier: MIT
import { reportDigest } from "../../chain/reportDigest.ts";
import { reportsShape, signedReportJson } from "../../chain/signedReportJson.ts";
import type { HttpAnswer } from "../../chain/Transport.ts";
import { oracleDomain } from "../../model/priceReportTypedData.ts";
import type { OracleDomain } from "../../model/priceReportTypedData.ts";
import { roundToTick } from "../../model/roundToTick.ts";
import type { PriceReport, SignedReport } from "../../model/types.ts";
import { HANGS, hostUrl } from "../world/SimulatedNetwork.ts";
import type { Delivery } from "../world/SimulatedNetwork.ts";
import type { World } from "../world/World.ts";
import { bending } from "./faultGround.ts";
import type { FaultGround, Injection } from "./faultGround.ts";

/** The second vector of a validator that signs two, and the thief's: so much higher. */
const SECOND_PERCENT = 105n;
const STOLEN_PERCENT = 150n;
/** Rounds ahead of their time: a quarter of an hour. */
const AHEAD = 60n;
const KEPT_FORGERIES = 256;
const NO_REPORTS: HttpAnswer = { status: 200, body: '{"reports":[]}' };
const TIMEOUT_MS = 1_000;

/** What a page of reports becomes. @param to Whose page it is. */
type PageChange = (answer: HttpAnswer, delivery: Delivery, to: string) => Promise<HttpAnswer> | HttpAnswer;

/** Two vectors in every round: each relayer is shown one of them, in turn; an only one is shown both. */
export function equivocate(ground: FaultGround): Injection {
  const { relayers } = ground.world.population;
  const forger = new Forger(ground.world);
  return showing(ground, true, async (answer, { from }, name) => {
    const honest = reportsOf(answer);
    const place = relayers.indexOf(from);
    if (relayers.length > 1 && place % 2 !== 1) return answer;
    const second = await Promise.all(honest.map((report) => forger.sign(name, forger.raised(report, SECOND_PERCENT))));
    return pageOf(relayers.length > 1 ? second : [...honest, ...second]);
  });
}

/** Reports of the fault's first minute, for ever. */
export function replay(ground: FaultGround): Injection {
  const first = new Map<string, HttpAnswer>();
  return showing(ground, false, (answer, _delivery, name) => {
    if (!first.has(name) && reportsOf(answer).length > 0) first.set(name, answer);
    return first.get(name) ?? answer;
  });
}

/** Beside every report the same prices, dated ahead. */
export function futureDate(ground: FaultGround): Injection {
  const forger = new Forger(ground.world);
  return showing(ground, true, async (answer, _delivery, name) => {
    const honest = reportsOf(answer);
    const dated = honest.map((report) => forger.sign(name, { ...report, round: report.round + AHEAD }));
    return pageOf([...honest, ...(await Promise.all(dated))]);
  });
}

/** What is no page, reports nobody signed, or a page of another kind. */
export function garbage(ground: FaultGround): Injection {
  return showing(ground, false, (answer) => {
    const pick = Number(ground.random.below(3n));
    if (pick === 0) return { status: 200, body: '{"reports":[{"round":"' };
    if (pick === 1) return { status: 200, body: '{"reports":[{"round":-1}],"more":true}' };
    // Each half of another report's signature is a number: only recovering the signer shows that it is nobody's.
    const forged = reportsOf(answer).map((report) => ({
      ...report,
      signature: { ...report.signature, r: `0x${"1".repeat(64)}` },
    }));
    return pageOf(forged);
  });
}

/** Somebody else signs with the validator's key, from what he sees of others, and is heard wherever the validator is. */
export function keyStolen(ground: FaultGround): Injection {
  const { world } = ground;
  const forger = new Forger(world);
  const seats = new Map<string, number>();
  return showing(ground, false, async (answer, delivery, name) => {
    const honest = reportsOf(answer);
    if (honest[0] !== undefined) seats.set(name, honest[0].seat);
    const seat = seats.get(name);
    if (seat === undefined) return answer;
    const seen = await othersReports(world, name, delivery.target);
    const stolen = seen.map((report) => forger.sign(name, { ...forger.raised(report, STOLEN_PERCENT), seat }));
    return pageOf([...honest, ...(await Promise.all(stolen))]);
  });
}

/** Changes what hit validators show of their reports. @param isDeaf Whether they do not hear what others have of theirs. */
function showing({ world, stacks, targets }: FaultGround, isDeaf: boolean, change: PageChange): Injection {
  const { relayers } = world.population;
  return bending(() =>
    stacks.hosts.add((below) => async (to, delivery, host) => {
      const isPage = delivery.target.startsWith("/reports");
      if (isPage && isDeaf && targets.includes(delivery.from) && relayers.includes(to)) return NO_REPORTS;
      const answer = await below(to, delivery, host);
      if (!isPage || !targets.includes(to) || answer === HANGS || answer.status !== 200) return answer;
      return change(answer, delivery, to);
    }),
  );
}

/** Signs in others' names: keys of a simulation are known to it. */
class Forger {
  readonly #world: World;
  readonly #domain: OracleDomain;
  readonly #signed = new Map<string, SignedReport>();

  constructor(world: World) {
    this.#world = world;
    this.#domain = oracleDomain(world.chain.chainId, world.room.oracle.target as string);
  }

  /** The same report with every price so many percent of what it is. */
  raised<Report extends PriceReport>(report: Report, percent: bigint): Report {
    const { feeds } = this.#world.room.parameters;
    const prices = report.prices.map((price, slot) => roundToTick((price * percent) / 100n, feeds[slot]?.tick ?? 0n));
    return { ...report, prices };
  }

  async sign(name: string, report: SignedReport): Promise<SignedReport> {
    const key = `${name} ${reportDigest(this.#domain, report)}`;
    const known = this.#signed.get(key);
    if (known !== undefined) return known;
    const digest = reportDigest(this.#domain, report);
    const signed = { ...report, signature: await this.#world.keyOf(name).signDigest(digest) };
    this.#signed.set(key, signed);
    if (this.#signed.size > KEPT_FORGERIES) this.#signed.delete(this.#signed.keys().next().value!);
    return signed;
  }
}

/** What the first of the others that answers shows on the same page. */
async function othersReports(world: World, name: string, target: string): Promise<readonly SignedReport[]> {
  const transport = world.network.transport("thief");
  for (const other of world.population.validators) {
    if (other === name || !world.actors.get(other)!.isRunning) continue;
    try {
      return reportsOf(await transport.request({ url: `${hostUrl(other)}${target}`, timeoutMs: TIMEOUT_MS }));
    } catch {
      continue; // the next may answer
    }
  }
  return [];
}

function reportsOf({ body }: HttpAnswer): readonly SignedReport[] {
  return reportsShape.parse(JSON.parse(body)).reports;
}

function pageOf(reports: readonly SignedReport[]): HttpAnswer {
  return { status: 200, body: JSON.stringify({ reports: reports.map(signedReportJson) }) };
}
