// SPDX-License-Identifier: MIT
import { render } from "preact";

import { BallastError } from "../../scripts/model/BallastError.ts";
import { agreeing } from "./chain/agreeing.ts";
import { Endpoint } from "./chain/Endpoint.ts";
import type { Places } from "./chain/Places.ts";
import { openHands } from "./chain/openHands.ts";
import { readMargin } from "./chain/readMargin.ts";
import { Watcher } from "./chain/Watcher.ts";
import { connectionOf, readDeployments, readWish, wishText } from "./model/connection.ts";
import type { Connection, KnownDeployment, Wish } from "./model/connection.ts";
import { explorerLink } from "./model/explorerLink.ts";
import { unread } from "./model/Read.ts";
import type { Sight } from "./model/snapshot.ts";
import { App } from "./view/App.tsx";
import type { Ground } from "./view/App.tsx";
import { Connect } from "./view/Connect.tsx";
import "./style/tokens.css";
import "./style/page.css";
import "./style/panels.css";

const MEMORY = "ballast.connection";
const place = document.getElementById("page")!;

/** The list of deployments beside the page, or the one that the address names; without it addresses are typed in. */
async function knownDeployments(): Promise<readonly KnownDeployment[]> {
  const book = new URLSearchParams(location.search).get("book") ?? "deployments.json";
  try {
    return readDeployments(await (await fetch(new URL(book, location.href))).json());
  } catch {
    return []; // opened as a file, or no list there
  }
}

/** What the address asks for, else what was chosen before, else a deployment that says where it can be read. */
function firstWish(known: readonly KnownDeployment[]): Wish {
  const asked = readWish(location.search);
  if (asked.rpc.length > 0) return asked;
  const before = readWish(localStorage.getItem(MEMORY) ?? "");
  const offered = known.find(({ rpc }) => rpc !== undefined);
  // A list that names its own endpoint is of somebody who serves this page for one deployment.
  if (offered?.rpc !== undefined) return { ...asked, rpc: [offered.rpc] };
  return before.rpc.length > 0 ? before : asked;
}

async function start(): Promise<void> {
  const known = await knownDeployments();
  const wish = firstWish(known);
  if (wish.rpc.length === 0) showForm(wish, known, undefined);
  else await connect(wish, known);
}

function showForm(wish: Wish, known: readonly KnownDeployment[], trouble: string | undefined): void {
  const onConnect = (query: string): void => {
    localStorage.setItem(MEMORY, query);
    void connect(readWish(query), known);
  };
  render(null, place);
  render(<Connect wish={wish} known={known} trouble={trouble} onConnect={onConnect} />, place);
}

async function connect(wish: Wish, known: readonly KnownDeployment[]): Promise<void> {
  try {
    watch(connectionOf(wish, await chainIdOf(wish), known), () => showForm(wish, known, undefined));
    localStorage.setItem(MEMORY, wishText(wish));
  } catch (error) {
    showForm(wish, known, textOf(error));
  }
}

/** Of the first endpoint that answers; that the other is of the same chain is judged with every block. */
async function chainIdOf({ rpc }: Wish): Promise<bigint> {
  const answers = await Promise.allSettled(rpc.map((url) => new Endpoint(url).askOne("eth_chainId", [])));
  const [first] = [...answers.filter(({ status }) => status === "fulfilled"), ...answers];
  if (first === undefined) throw new BallastError("needsRoot", "Give the address of an endpoint, http or https");
  if (first.status === "rejected") throw first.reason;
  return BigInt(first.value as string);
}

function watch(connection: Connection, leave: () => void): void {
  const stopping = new AbortController();
  const onLeave = (): void => {
    stopping.abort();
    leave();
  };
  let ground: Ground | undefined;
  const tell = (sight: Sight, places: Places | undefined): void => {
    if (stopping.signal.aborted) return;
    if (places !== undefined) ground ??= groundOf(connection, places);
    render(<App sight={sight} ground={ground} onLeave={onLeave} />, place);
  };
  render(null, place);
  tell({ kind: "starting" }, undefined);
  const watcher = new Watcher(connection, { nowMs: Date.now, wait, tell });
  void watcher.run(stopping.signal);
}

function groundOf(connection: Connection, places: Places): Ground {
  const [first, second] = connection.rpc.map((url) => new Endpoint(url)) as [Endpoint, Endpoint?];
  const endpoint = agreeing(first, second);
  return {
    connection,
    bond: places.bond,
    tokenOf: (market) => places.markets.find(({ number }) => number === market)?.token,
    hands: openHands(endpoint, places, connection),
    linkOf: (transaction) => explorerLink(connection.chainId, transaction),
    explain: (id, blockHash) =>
      readMargin(endpoint, places, id, blockHash).catch((error: unknown) => unread("refused", textOf(error))),
  };
}

/** Messages of a silent endpoint go on after its name. */
function textOf(error: unknown): string {
  if (!(error instanceof BallastError)) return String(error);
  return error.code === "endpointSilent" ? `The endpoint ${error.message}.` : error.message;
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

await start();
