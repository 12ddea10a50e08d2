// SPDX-License-Identifier: MIT
import type { z } from "zod";

import { BallastError } from "../model/BallastError.ts";
import { decideAgreement } from "../model/decideAgreement.ts";
import { lagsOf } from "../model/lagsOf.ts";
import type { RpcEndpoint, RpcRequest } from "./RpcEndpoint.ts";
import type { RpcObserver } from "./RpcObserver.ts";
import type { Timer } from "./Timer.ts";

/** How many endpoints are asked, and how patiently. */
export interface QuorumPolicy {
  /** Equal answers that count as agreement. */
  readonly agreement: number;
  /** After this long without enough answers one more endpoint is asked. */
  readonly hedgeMs: number;
}

/** What an endpoint said: a value, a refusal by the chain (an answer too), or a failure of its own. */
interface Ballot<Value> {
  readonly endpoint: string;
  /** Equal for equal answers; undefined for a failure. */
  readonly key: string | undefined;
  readonly value?: Value;
  readonly error?: BallastError;
}

/** What is still wanted of a poll: nothing, or so many further equal answers. */
type Verdict = { readonly done: true } | { readonly done: false; readonly missing: number };

/** Blocks by which an endpoint may lag and still be asked first; a block is on its way to everybody for a while. */
const BLOCKS_BORNE = 2n;
/** Between two comparisons of heights where nothing else compares them. */
const COMPARE_MS = 15_000;
/** Of answers at hand: an event is the same object whoever tells of it. */
const keys = new WeakMap<object, string>();
/** The most telling failure first: what the node itself said tells more than that it could not be reached. */
const TELLING = ["rpcRefused", "chainMismatch", "rpcOverloaded", "rpcMalformed"];

/**
 * Several endpoints of one chain as one. A read takes the first valid answer, from the first endpoint whose breaker is
 * closed; a slow one is helped by the next and keeps its own deadline, so that its breaker learns of it. What triggers
 * an action takes the answer that enough endpoints give. Before a request fails all are asked, whatever their breakers.
 */
export class QuorumRpc {
  readonly agreement: number;
  readonly #endpoints: readonly RpcEndpoint[];
  readonly #timer: Timer;
  readonly #observer: RpcObserver;
  readonly #hedgeMs: number;
  /** Endpoints that lagged when heights were last compared, and when that was. */
  readonly #lagging = new Set<string>();
  #comparedMs: number;

  constructor(
    endpoints: readonly RpcEndpoint[],
    parts: { readonly timer: Timer; readonly observer: RpcObserver },
    policy: QuorumPolicy,
  ) {
    if (policy.agreement < 1 || policy.agreement > endpoints.length)
      throw new BallastError("configInvalid", "Agreement of more endpoints than there are", {
        context: { agreement: policy.agreement, endpoints: endpoints.length },
      });
    this.agreement = policy.agreement;
    this.#endpoints = endpoints;
    this.#timer = parts.timer;
    this.#observer = parts.observer;
    this.#hedgeMs = policy.hedgeMs;
    this.#comparedMs = parts.timer.elapsedMs();
  }

  /** Whether those who must agree are more than half of all. */
  get isMajority(): boolean {
    return 2 * this.agreement > this.#endpoints.length;
  }

  /** Whether heights were not compared for so long that an endpoint may lag unseen. */
  isComparisonDue(): boolean {
    return this.#endpoints.length > 1 && this.#timer.elapsedMs() - this.#comparedMs >= COMPARE_MS;
  }

  /** First valid answer. @throws BallastError as one endpoint does, when all fail. */
  async first<Shape extends z.ZodType>(request: RpcRequest<Shape>): Promise<z.output<Shape>> {
    const ballots = await this.#poll(request, this.#inOrder(), (cast) => {
      return cast.some(isAnswer) ? { done: true } : { done: false, missing: 1 };
    });
    const answer = ballots.find(isAnswer);
    if (answer === undefined) throw mostTelling(ballots);
    return valueOf(answer);
  }

  /**
   * The answer that enough endpoints give; a refusal by the chain (`callReverted`) can be agreed on too.
   * @throws BallastError `rpcDisagreement` when they contradict each other, else as one endpoint does, or `rpcTooFew`
   * when they fail in different ways.
   */
  async agreed<Shape extends z.ZodType>(request: RpcRequest<Shape>): Promise<z.output<Shape>> {
    const ballots = await this.#poll(request, this.#inOrder(), (cast) => {
      const verdict = decideAgreement(cast, this.agreement);
      return verdict.kind === "agreed" ? { done: true } : { done: false, missing: verdict.missing };
    });
    const verdict = decideAgreement(ballots, this.agreement);
    if (verdict.kind === "agreed") {
      for (const endpoint of verdict.against) this.#observer.disagreed(endpoint, request.method);
      return valueOf(ballots.find(({ key }) => key === verdict.key)!);
    }
    if (!verdict.divided) throw tooFew(request.method, ballots);
    throw new BallastError("rpcDisagreement", `Endpoints disagree about ${request.method}`, {
      context: { method: request.method, answers: ballots.filter(isAnswer).map(({ endpoint }) => endpoint) },
      retriable: true,
    });
  }

  /** What as many endpoints as must agree say, where the first that are asked all say the same; undefined otherwise. */
  async unanimous<Shape extends z.ZodType>(request: RpcRequest<Shape>): Promise<z.output<Shape> | undefined> {
    const ballots = await this.#poll(request, this.#inOrder(), (cast) => {
      const missing = this.agreement - cast.length;
      return missing <= 0 ? { done: true } : { done: false, missing };
    });
    const [one, ...others] = ballots;
    const isOne = others.every(({ key }) => key === one!.key);
    return isOne && ballots.length >= this.agreement && one!.error === undefined ? one!.value : undefined;
  }

  /**
   * Every value that comes before all answers are in, or a hedge's time after enough are.
   * @param heightOf Says what of a value is the endpoint's newest block, where the values tell who lags.
   * @throws BallastError `callReverted` where refusals by the chain leave too few, else as {@link agreed}.
   */
  async survey<Shape extends z.ZodType>(
    request: RpcRequest<Shape>,
    heightOf?: (value: z.output<Shape>) => bigint | undefined,
  ): Promise<z.output<Shape>[]> {
    const available = this.#endpoints.filter((endpoint) => endpoint.isAvailable());
    const asked = available.length >= this.agreement ? available : this.#endpoints;
    const all = asked.length;
    const ballots = await this.#poll(
      request,
      asked,
      (cast) => (cast.length === all ? { done: true } : { done: false, missing: all - cast.length }),
      (cast) => cast.filter(isAnswer).length >= this.agreement,
    );
    const answers = ballots.filter(isAnswer);
    const values = answers.filter(({ error }) => error === undefined);
    if (heightOf !== undefined) this.#compare(values, heightOf);
    if (values.length >= this.agreement) return values.map((answer) => valueOf(answer));
    if (answers.length >= this.agreement) valueOf(answers.find(({ error }) => error !== undefined)!);
    throw tooFew(request.method, ballots);
  }

  /** Tells every endpoint and takes the first success; the others still hear it. */
  async tellAll<Shape extends z.ZodType>(request: RpcRequest<Shape>): Promise<z.output<Shape>> {
    const told = this.#endpoints.map((endpoint) => cast(endpoint, request));
    const success = told.map(async (ballot) => {
      const given = await ballot;
      if (given.error !== undefined) throw given.error;
      return given;
    });
    try {
      return valueOf(await Promise.any(success));
    } catch {
      const ballots = await Promise.all(told);
      throw ballots.find(isAnswer)?.error ?? mostTelling(ballots);
    }
  }

  close(): void {
    for (const endpoint of this.#endpoints) endpoint.close();
  }

  /**
   * Asks as many endpoints as can still matter, one more whenever a hedge's time passes, until `judge` has enough,
   * nobody is left, or time has passed and `isEnough`.
   */
  #poll<Shape extends z.ZodType>(
    request: RpcRequest<Shape>,
    endpoints: readonly RpcEndpoint[],
    judge: (cast: readonly Ballot<z.output<Shape>>[]) => Verdict,
    isEnough: (cast: readonly Ballot<z.output<Shape>>[]) => boolean = () => false,
  ): Promise<Ballot<z.output<Shape>>[]> {
    const ballots: Ballot<z.output<Shape>>[] = [];
    let [begun, running, isOver] = [0, 0, false];
    return new Promise((resolve, reject) => {
      const end = (): void => {
        isOver = true;
        stopHedge();
        resolve([...ballots]);
      };
      const fail = (error: unknown): void => {
        isOver = true;
        stopHedge();
        reject(error);
      };
      const take = (ballot: Ballot<z.output<Shape>>): void => {
        running -= 1;
        if (isOver) return;
        ballots.push(ballot);
        step();
      };
      const start = (): void => {
        const endpoint = endpoints[begun];
        if (endpoint === undefined) return;
        begun += 1;
        running += 1;
        cast(endpoint, request).then(take, fail);
      };
      const step = (): void => {
        const verdict = judge(ballots);
        if (verdict.done || running + endpoints.length - begun < verdict.missing) return end(); // or out of reach
        while (running < verdict.missing) start();
      };
      const hedge = (): (() => void) =>
        this.#timer.after(this.#hedgeMs, () => {
          if (isEnough(ballots)) return end();
          stopHedge = hedge();
          start();
        });
      let stopHedge = hedge();
      step();
    });
  }

  /** Notes who lags. One that gave no height stays what it was. */
  #compare<Value>(ballots: readonly Ballot<Value>[], heightOf: (value: Value) => bigint | undefined): void {
    this.#comparedMs = this.#timer.elapsedMs();
    const shown = ballots.flatMap((ballot) => {
      const height = heightOf(valueOf(ballot));
      return height === undefined ? [] : [{ endpoint: ballot.endpoint, height }];
    });
    for (const [endpoint, blocks] of lagsOf(shown, this.agreement)) {
      this.#observer.lagged(endpoint, blocks);
      if (blocks > BLOCKS_BORNE) this.#lagging.add(endpoint);
      else this.#lagging.delete(endpoint);
    }
  }

  /**
   * In the order of the configuration, those that lag after the others, those that are set aside last: they are asked when
   * nobody else is left.
   */
  #inOrder(): readonly RpcEndpoint[] {
    if (this.#lagging.size === 0 && this.#endpoints.every((endpoint) => endpoint.isAvailable())) return this.#endpoints;
    const place = (endpoint: RpcEndpoint): number =>
      endpoint.isAvailable() ? Number(this.#lagging.has(endpoint.name)) : 2;
    return [...this.#endpoints].sort((a, b) => place(a) - place(b));
  }
}

/** An endpoint's answer or failure; never rejects. */
async function cast<Shape extends z.ZodType>(
  endpoint: RpcEndpoint,
  request: RpcRequest<Shape>,
): Promise<Ballot<z.output<Shape>>> {
  try {
    const value = await endpoint.ask(request);
    return { endpoint: endpoint.name, key: keyOf(value), value };
  } catch (error) {
    if (!(error instanceof BallastError)) throw error;
    const key = error.code === "callReverted" ? `reverted ${keyOf(error.context["data"])}` : undefined;
    return { endpoint: endpoint.name, key, error };
  }
}

/** Equal text for equal values: shapes fix the order of fields. No value is text of the form that refusals have. */
function keyOf(value: unknown): string {
  if (typeof value === "string") return value; // most answers; of one shape at a time
  return Array.isArray(value) ? `[${value.map(keyOfPart).join()}]` : keyOfPart(value);
}

function keyOfPart(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const known =
    keys.get(value) ?? JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${part}n` : part));
  keys.set(value, known);
  return known;
}

function isAnswer(ballot: Ballot<unknown>): boolean {
  return ballot.key !== undefined;
}

function valueOf<Value>(ballot: Ballot<Value>): Value {
  if (ballot.error !== undefined) throw ballot.error;
  return ballot.value as Value;
}

function mostTelling(ballots: readonly Ballot<unknown>[]): BallastError {
  const errors = ballots.flatMap(({ error }) => error ?? []);
  const found = TELLING.map((code) => errors.find((error) => error.code === code)).find((error) => error !== undefined);
  return found ?? errors[0]!;
}

/** What kept too few endpoints from answering: their own error where they all have the same. */
function tooFew(method: string, ballots: readonly Ballot<unknown>[]): BallastError {
  const errors = ballots.flatMap((ballot) => (isAnswer(ballot) ? [] : (ballot.error ?? [])));
  if (new Set(errors.map(({ code }) => code)).size === 1) return errors[0]!;
  const failures = ballots.flatMap(({ endpoint, error }) => (error === undefined ? [] : [`${endpoint} ${error.code}`]));
  return new BallastError("rpcTooFew", `Too few endpoints answered ${method}`, {
    context: { method, failures: failures.join(", ") },
    retriable: true,
  });
}
