// SPDX-License-Identifier: MIT
import { BallastError } from "../../../scripts/model/BallastError.ts";

/** What the page reads: one endpoint or two that are compared, and the deployment's root. */
export interface Connection {
  readonly rpc: readonly string[];
  readonly chainId: bigint;
  /** The lens: every other contract is found from it. */
  readonly lens: string;
  readonly vaultLens: string | undefined;
  /** Where makers' quotes are shown, without a slash at the end; nothing can be bought by quotes without one. */
  readonly board: string | undefined;
}

/** What somebody has said of a connection so far; addresses may still be looked up in a list of deployments. */
export interface Wish {
  readonly rpc: readonly string[];
  readonly lens: string | undefined;
  readonly vaultLens: string | undefined;
  readonly board: string | undefined;
}

/** A deployment that somebody wrote down. */
export interface KnownDeployment {
  readonly name: string;
  readonly chainId: bigint;
  readonly rpc: string | undefined;
  readonly lens: string;
  readonly vaultLens: string | undefined;
  readonly board: string | undefined;
}

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

/** What an address of the page, or the text that it remembers, asks for. */
export function readWish(query: string): Wish {
  const given = new URLSearchParams(query);
  const rpc = ["rpc", "rpc2"].flatMap((name) => urlOf(given.get(name)) ?? []);
  return {
    rpc: [...new Set(rpc)],
    lens: addressOf(given.get("lens")),
    vaultLens: addressOf(given.get("vaults")),
    board: boardOf(given.get("board")),
  };
}

/** A wish as text that {@link readWish} reads. */
export function wishText({ rpc, lens, vaultLens, board }: Wish): string {
  const text = new URLSearchParams();
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined) text.set(name, value);
  };
  set("rpc", rpc[0]);
  set("rpc2", rpc[1]);
  set("lens", lens);
  set("vaults", vaultLens);
  set("board", board);
  return text.toString();
}

/** Reads a list of deployments; entries that make no sense are left out. */
export function readDeployments(json: unknown): KnownDeployment[] {
  if (!Array.isArray(json)) return [];
  return json.flatMap((entry: unknown) => {
    if (typeof entry !== "object" || entry === null) return [];
    const { name, chainId, rpc, lens, vaultLens, board } = entry as Record<string, unknown>;
    const root = addressOf(lens);
    if (root === undefined || !/^\d{1,20}$/.test(String(chainId))) return [];
    return [
      {
        name: typeof name === "string" ? name.slice(0, 60) : `chain ${String(chainId)}`,
        chainId: BigInt(String(chainId)),
        rpc: urlOf(rpc),
        lens: root,
        vaultLens: addressOf(vaultLens),
        board: boardOf(board),
      },
    ];
  });
}

/** Completes a wish by what is known. @throws BallastError `needsRoot` when nobody says where the deployment is. */
export function connectionOf(wish: Wish, chainId: bigint, known: readonly KnownDeployment[]): Connection {
  const found = known.find((deployment) => deployment.chainId === chainId);
  const lens = wish.lens ?? found?.lens;
  if (lens === undefined)
    throw new BallastError("needsRoot", `No deployment on chain ${chainId} is known: give the address of its lens`);
  const [vaultLens, board] = [wish.vaultLens ?? found?.vaultLens, wish.board ?? found?.board];
  return { rpc: wish.rpc, chainId, lens, vaultLens, board };
}

function urlOf(text: unknown): string | undefined {
  if (typeof text !== "string" || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === "http:" || url.protocol === "https:" ? text : undefined;
}

/** Paths of a board are put behind it. */
function boardOf(text: unknown): string | undefined {
  return urlOf(text)?.replace(/\/+$/, "");
}

function addressOf(text: unknown): string | undefined {
  return typeof text === "string" && ADDRESS.test(text) ? text.toLowerCase() : undefined;
}
