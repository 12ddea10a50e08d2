// SPDX-License-Identifier: MIT
import { reportsShape, reportsText } from "../chain/signedReportJson.ts";
import type { Storage } from "../chain/Storage.ts";
import type { SignedReport } from "../model/types.ts";

const FILE = "reports.json";

/**
 * The reports a validator offers, on disk, so that it offers them again after a restart: nobody may have collected the
 * last ones. Losing them is harmless, so a damaged file counts as none.
 */
export class ReportArchive {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async load(): Promise<readonly SignedReport[]> {
    const text = (await this.#storage.read(FILE)) ?? "";
    try {
      return reportsShape.parse(JSON.parse(text)).reports;
    } catch {
      return [];
    }
  }

  async save(reports: readonly SignedReport[]): Promise<void> {
    await this.#storage.write(FILE, `${reportsText(reports)}\n`);
  }
}
