// SPDX-License-Identifier: MIT
import { z } from "zod";

import { rememberedShape } from "./rememberedShape.ts";

/** Hex as nodes write it; letters in lower case, so that equal answers are equal text. */
export const hexText = z
  .string()
  .regex(/^0x[0-9a-f]*$/i)
  .transform((text) => text.toLowerCase());
export const quantityShape = z
  .string()
  .regex(/^0x[0-9a-f]{1,64}$/i)
  .transform(BigInt);
export const blockShape = z
  .object({ number: quantityShape, hash: hexText, parentHash: hexText, timestamp: quantityShape })
  .nullable();
export const feeBlockShape = z.object({ baseFeePerGas: quantityShape.default(0n) });
const plainLogShape = z.object({
  address: hexText,
  topics: z.array(hexText),
  data: hexText,
  blockNumber: quantityShape,
  blockHash: hexText,
  logIndex: quantityShape,
  transactionHash: hexText,
});
/** The newest blocks are read again with every new one, by every program and from several endpoints. */
export const logsShape = z.array(rememberedShape(plainLogShape, 1_024));
export const receiptShape = z
  .object({ status: quantityShape, gasUsed: quantityShape, blockNumber: quantityShape, blockHash: hexText })
  .nullable();
/** A block with its transactions, as far as they tell who sent what. */
export const fullBlockShape = z
  .object({
    transactions: z.array(
      z.object({
        hash: hexText,
        from: hexText,
        to: hexText.nullable(),
        nonce: quantityShape,
        input: hexText,
      }),
    ),
  })
  .nullable();

/** A number as JSON-RPC writes it. */
export function quantity(value: bigint): string {
  return `0x${value.toString(16)}`;
}
