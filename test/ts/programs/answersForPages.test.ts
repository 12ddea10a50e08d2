// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { serveHttp } from "../../../scripts/chain/serveHttp.ts";
import type { HttpServer, RouteAnswer } from "../../../scripts/chain/serveHttp.ts";
import { silentLog } from "./support/silentLog.ts";

const ORIGIN = { origin: "https://a-page.example" };

describe("answers that pages may read", () => {
  let server: HttpServer;
  let refusal: RouteAnswer | undefined;

  before(async () => {
    const answer = (): RouteAnswer => ({ body: {} });
    const broken = (): RouteAnswer => {
      throw new Error("a defect");
    };
    const routes = [
      { method: "GET", path: "/open", answer, isForPages: true },
      { method: "POST", path: "/open", answer },
      { method: "GET", path: "/broken", answer: broken, isForPages: true },
      { method: "GET", path: "/metrics", answer },
    ] as const;
    server = await serveHttp("127.0.0.1", 0, routes, silentLog, { admit: () => refusal });
  });
  beforeEach(() => (refusal = undefined));
  after(() => server.close());

  /** What the answer says of pages of other origins. */
  async function said(path: string, method = "GET", headers: Record<string, string> = {}): Promise<string | null> {
    const answer = await fetch(`${server.url}${path}`, { method, headers: { ...ORIGIN, ...headers } });
    await answer.text();
    assert.isNull(answer.headers.get("access-control-allow-credentials"));
    return answer.headers.get("access-control-allow-origin");
  }

  it("are those of routes that say so, for every origin and without credentials", async () => {
    assert.equal(await said("/open?market=1"), "*");
    assert.isNull(await said("/metrics"));
    assert.isNull(await said("/open", "POST"), "another method of the same path");
    assert.isNull(await said("/nothing"));
  });

  it("are refusals and failures of those routes too, so that a page can say why", async () => {
    assert.equal(await said("/broken"), "*");
    refusal = { status: 429, body: { error: "tooMany" } };
    assert.equal(await said("/open"), "*");
    assert.isNull(await said("/metrics"));
  });

  it("need no leave beforehand, and nothing that would need it gets any", async () => {
    const asked = { "access-control-request-method": "POST", "access-control-request-headers": "content-type" };
    assert.isNull(await said("/open", "OPTIONS", asked));
  });
});
