// SPDX-License-Identifier: MIT
import type { z } from "zod";

/** What a column can hold. Amounts are decimal text: they do not fit SQLite's integers. */
export type DatabaseValue = string | number | null;

/** Durable tables of one program. */
export interface Database {
  run(sql: string, ...values: DatabaseValue[]): void;
  /** Rows of a query. @throws BallastError `storeCorrupt` when one has not the shape. */
  all<Shape extends z.ZodType>(shape: Shape, sql: string, ...values: DatabaseValue[]): z.output<Shape>[];
  /** All of it or nothing, and on disk when this returns; inside another one it is part of that. */
  transaction<Result>(work: () => Result): Result;
}
