// SPDX-License-Identifier: MIT
import { recoverAddress } from "ethers";

import type { SignedQuote } from "../model/trading/quotes.ts";
import type { BlockFacts } from "./chainFacts.ts";
import type { ClearingViews } from "./ClearingViews.ts";

/** Whether a quote binds its maker: by his key first, as the contract does, and only then by his contract. */
export async function isSignedQuote(
  views: Pick<ClearingViews, "acceptsSignature">,
  digest: string,
  { quote, signature }: SignedQuote,
  block: BlockFacts,
): Promise<boolean> {
  if (signerOf(digest, signature) === quote.maker) return true;
  return views.acceptsSignature(quote.maker, digest, signature, block);
}

function signerOf(digest: string, signature: string): string | undefined {
  try {
    return recoverAddress(digest, signature).toLowerCase();
  } catch {
    return undefined; // not the form of a key's signature
  }
}
