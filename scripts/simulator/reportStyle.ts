// SPDX-License-Identifier: MIT
/** Style of every report: follows the reader's light or dark, and a phone's width. */
export const REPORT_STYLE = `
:root{--back:#fff;--text:#1c2430;--faint:#667085;--line:#d8dde5;--panel:#f5f7fa;--good:#0a7d4f;--bad:#c0272d;
--truth:#111827;--median:#1668dc;--honest:#8fa3bd;--liar:#c0272d;--double:#a15c00;--silent:#7a5af8;--relayer:#0e9384}
@media(prefers-color-scheme:dark){:root{--back:#12161d;--text:#e6eaf0;--faint:#98a2b3;--line:#2d3644;--panel:#1a202a;
--good:#3ccb8c;--bad:#ff7a70;--truth:#f5f7fa;--median:#62a5ff;--honest:#5c6f8a;--liar:#ff7a70;--double:#f0b04f;--silent:#a48afb;--relayer:#2ed3c0}}
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--text);font:16px/1.5 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:1.2rem}h1{font-size:1.5rem;margin:.2rem 0 .8rem}h2{font-size:1.15rem;margin:2rem 0 .6rem}
.verdict{padding:.8rem 1rem;border-left:.35rem solid var(--good);background:var(--panel);margin:0 0 1rem}.verdict.broken{border-color:var(--bad)}
.numbers{display:grid;grid-template-columns:repeat(auto-fill,minmax(12.5rem,1fr));gap:.6rem;margin:0}
.numbers div{background:var(--panel);padding:.6rem .8rem}.numbers dt{color:var(--faint);font-size:.8rem}.numbers dd{margin:0;font-size:1.15rem;font-variant-numeric:tabular-nums}
.timeline{padding-left:1.2rem}.timeline b{font-variant-numeric:tabular-nums;font-weight:600}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.88rem}th,td{text-align:left;padding:.32rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--faint);font-weight:500;white-space:nowrap}th.number,.number{text-align:right;font-variant-numeric:tabular-nums}
tr.held td:first-child{color:var(--good)}tr.broken td{color:var(--bad)}
details{margin:.4rem 0}summary{cursor:pointer;padding:.3rem 0}figure{margin:.4rem 0 1rem}figcaption{color:var(--faint);font-size:.85rem}
svg{width:100%;height:auto;background:var(--panel)}pre{overflow-x:auto;background:var(--panel);padding:.8rem;font-size:.8rem}code{background:var(--panel);padding:.1rem .3rem}
.legend{font-size:.85rem;margin:.3rem 0}.key{display:inline-block;width:.9rem;height:.25rem;margin:0 .35rem 0 .8rem;vertical-align:middle;background:currentColor}.key:first-child{margin-left:0}
.truth{color:var(--truth)}.median{color:var(--median)}.honest{color:var(--honest)}.liar{color:var(--liar)}.double{color:var(--double)}.silent{color:var(--silent)}.relayer{color:var(--relayer)}
.line{fill:none;stroke:currentColor;stroke-width:1}.line.truth{stroke-width:1.6;stroke-dasharray:5 4}.line.median{stroke-width:2.2}.dots{fill:currentColor}
.band{fill:currentColor;opacity:.09}.bandLabel,.tick{font:11px system-ui,sans-serif;fill:var(--faint)}.grid{stroke:var(--line);stroke-width:1}.break{stroke:var(--faint);stroke-dasharray:3 3}
.strip{fill:currentColor}.normal{color:var(--good)}.cautious{color:var(--double)}.recovery{color:var(--median)}.reduceOnly{color:var(--silent)}.halted{color:var(--bad)}
@media(max-width:36rem){main{padding:.8rem}.numbers{grid-template-columns:1fr 1fr}.bandLabel,.tick{font-size:17px}}
`;
