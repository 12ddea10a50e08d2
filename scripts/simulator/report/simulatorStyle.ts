// SPDX-License-Identifier: MIT
import { REPORT_STYLE } from "../reportStyle.ts";

/** Style of the simulator's reports: that of every report, and what is wide scrolls by itself. */
export const SIMULATOR_STYLE = `${REPORT_STYLE}
h1,h2,h3,p,li,dd,figcaption{overflow-wrap:anywhere}h3{font-size:1.02rem;margin:1.4rem 0 .4rem}article{border-top:1px solid var(--line);margin-top:2rem}
.numbers{grid-template-columns:repeat(auto-fill,minmax(min(12.5rem,100%),1fr))}
caption{text-align:left;color:var(--faint);font-size:.85rem;padding:.2rem .6rem .4rem 0}th[scope=row]{color:var(--text);font-weight:500}
.scroll,.plot,pre{max-width:100%;overflow-x:auto}:focus-visible{outline:2px solid var(--median);outline-offset:2px}
.heat{background:color-mix(in srgb,var(--bad) calc(var(--heat)*.55),transparent)}.front{font-weight:600}
.verdict.open{border-color:var(--median)}.bar{fill:currentColor;opacity:.85}.tick.value{fill:var(--text)}.broken strong,p .bad{color:var(--bad)}
.good{color:var(--good)}.bad{color:var(--bad)}.faint{color:var(--faint)}code{overflow-wrap:anywhere}.verdict code{background:none;padding:0}
@media(max-width:36rem){.numbers{grid-template-columns:repeat(2,minmax(0,1fr))}.plot svg{width:auto;min-width:44rem}.bandLabel,.tick{font-size:13px}}
`;
