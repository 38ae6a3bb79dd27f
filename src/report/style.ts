/** The page's one style sheet: light and dark, 390 px to print. Charts take their colours from the same variables. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fbfaf7;--card:#fff;--ink:#1d2429;--soft:#545d64;--line:#dcd9d1;--rule:#8a8f94;
--pass:#1b6e45;--pass-bg:#e5f2ea;--fail:#a8261c;--fail-bg:#fbe9e6;--open:#7a5200;--open-bg:#fbf0d9;
--real:#41719c;--syn:#b4531b;--ok-zone:#cfe6d8;--heat:#b4531b;--stamp:#7d1a12}
@media(prefers-color-scheme:dark){:root{--bg:#14181b;--card:#1c2226;--ink:#e8e6e1;--soft:#a9b1b6;--line:#343c42;--rule:#7d868c;
--pass:#7ccfa0;--pass-bg:#16301f;--fail:#ff9a8d;--fail-bg:#3a1a17;--open:#eebf62;--open-bg:#33280f;
--real:#86b8e6;--syn:#f0a06a;--ok-zone:#234a33;--heat:#f0a06a;--stamp:#ffb3a8}}
*{box-sizing:border-box}
html{font:16px/1.55 ui-sans-serif,system-ui,-apple-system,"Segoe UI","Liberation Sans",Arial,sans-serif;background:var(--bg);color:var(--ink);-webkit-text-size-adjust:100%}
body{margin:0;overflow-wrap:anywhere}
.wrap{max-width:1180px;margin:0 auto;padding:0 20px}
h1,h2,h3{line-height:1.25;margin:0;text-wrap:balance}
h4{margin:0 0 .3rem;font-size:1rem}section>h3{margin-top:1.3rem}
h1{font-size:1.45rem;font-weight:650}h2{font-size:1.3rem;margin:0 0 .6rem}h3{font-size:1.02rem;margin:0 0 .3rem}
p{margin:.35rem 0;max-width:72ch}
a{color:inherit;text-underline-offset:.2em}
:focus-visible{outline:3px solid var(--real);outline-offset:2px}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--card);padding:8px;z-index:2}
.stamp{background:var(--fail-bg);color:var(--stamp);border-bottom:1px solid var(--stamp);font-size:.86rem}
.stamp .wrap{padding-block:.4rem}.stamp strong{letter-spacing:.12em;border:2px solid currentColor;padding:0 .45em;margin-right:.6em;border-radius:3px}
.open-stamp{background:var(--pass-bg);color:var(--pass);border-color:var(--pass)}
header.top{padding:.8rem 0 .6rem;display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;align-items:baseline;justify-content:space-between}header.top p{color:var(--soft);margin:0;font-size:.88rem}
.banner{display:grid;grid-template-columns:auto 1fr;gap:.2rem 1rem;align-items:start;border:1px solid;border-left-width:8px;border-radius:8px;padding:.75rem 1.1rem}
.banner svg{width:52px;height:52px}.banner h2{font-size:1.55rem;margin:0}.banner p{color:var(--ink);max-width:none}
.banner ul{margin:.2rem 0 0;padding-left:1.1rem;color:var(--ink)}
.pass{color:var(--pass);background:var(--pass-bg)}.fail{color:var(--fail);background:var(--fail-bg)}.open{color:var(--open);background:var(--open-bg)}
.first{display:grid;grid-template-columns:minmax(0,1.55fr) minmax(0,1fr);gap:14px;margin-top:14px;align-items:start}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.85rem 1.1rem}
.stack{display:grid;gap:14px}
.card h2{font-size:1.08rem;margin-bottom:.35rem}.card ul.plain{margin:.2rem 0;padding-left:1.1rem;font-size:.92rem}.card>p{margin:.25rem 0}
.soft{color:var(--soft);font-size:.9rem}
.risks{list-style:none;margin:0;padding:0}.risk{display:grid;grid-template-columns:11rem minmax(0,1fr);gap:0 1.1rem;padding:.55rem 0 .4rem;border-top:1px solid var(--line)}.risk:first-child{border-top:0;padding-top:.2rem}
.risk-head h3{margin:0 0 .3rem;font-size:.95rem}.mark{font-weight:650;white-space:nowrap;border-radius:99px;padding:.05rem .6rem;font-size:.84rem;display:inline-block}
.risk p{margin:0;font-size:.86rem;line-height:1.4}
.key{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;font-size:.82rem;color:var(--soft);margin:.5rem 0 0;padding:0;list-style:none}
.key svg{width:26px;height:14px;vertical-align:-2px;margin-right:.35em}
.big{font-size:1.9rem;font-weight:650;line-height:1.15;font-variant-numeric:tabular-nums}
main>section{margin:2.2rem 0 0;padding-top:1.4rem;border-top:1px solid var(--line)}main>section.lead{margin:0;padding:0;border:0}main>section.card{margin:0;padding:.85rem 1.1rem;border:1px solid var(--line)}
.toc{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;list-style:none;padding:0;margin:1rem 0 0;font-size:.92rem}
.scroll{overflow-x:auto;margin:.6rem 0}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);font-size:.88rem;padding-bottom:.35rem}
th,td{text-align:left;vertical-align:top;padding:.38rem .7rem .38rem 0;border-bottom:1px solid var(--line);overflow-wrap:normal}
td.wide{overflow-wrap:anywhere}th{font-weight:600}td.num,th.num{text-align:right}
details{margin:.5rem 0}summary{cursor:pointer;color:var(--soft);font-size:.9rem}
dl.facts{display:grid;grid-template-columns:minmax(7.5rem,max-content) minmax(0,1fr);gap:.15rem 1rem;margin:.5rem 0;font-size:.92rem}
dl.facts dt{color:var(--soft)}dl.facts dd{margin:0}
.glossary{columns:2 21rem;column-gap:2.5rem}.glossary dt{font-weight:650;break-after:avoid}.glossary dd{margin:0 0 .6rem;max-width:72ch;break-inside:avoid}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,300px),1fr));gap:14px}
.attack{margin:0 0 8px}.attack>summary{font-weight:650;color:var(--ink);font-size:.95rem}.two{display:grid;grid-template-columns:minmax(0,1.5fr) minmax(0,1fr);gap:0 1.4rem;align-items:start}.two:not(:has(figure)){grid-template-columns:minmax(0,1fr)}.two dd{max-width:72ch}
figure{margin:.4rem 0}figure.card{margin:0}.stack p{font-size:.93rem}.stack p.big{font-size:1.9rem}.stack p.soft{font-size:.86rem}figcaption{font-size:.88rem;color:var(--soft)}
figure>svg{display:block;max-width:100%;height:auto}
svg text{fill:var(--ink);font-size:12px}svg .dim{fill:var(--soft)}
.bar{display:block;width:100%;height:43px;overflow:visible}
.zone{fill:var(--ok-zone)}.axis{stroke:var(--rule);fill:none}.grid-line{stroke:var(--line);fill:none}
.meas{stroke:var(--syn);fill:var(--syn)}.ctl{stroke:var(--real);fill:var(--card)}.lim{stroke:var(--ink);stroke-dasharray:3 2}
.real-fill{fill:var(--real)}.real-line{stroke:var(--real);fill:none}.syn-fill{fill:var(--syn)}.syn-line{stroke:var(--syn);fill:none}
.heat{fill:var(--heat)}code{font-size:.84em;overflow-wrap:anywhere}
footer{margin:2.4rem 0;color:var(--soft);font-size:.86rem}
@media(max-width:860px){.first,.two{grid-template-columns:minmax(0,1fr)}}
@media(max-width:520px){.risk{grid-template-columns:minmax(0,1fr)}.risk-head{display:flex;flex-wrap:wrap;gap:.2rem .8rem;justify-content:space-between;align-items:baseline}.wrap{padding:0 14px}.banner{padding:.7rem .8rem}.banner svg{width:40px;height:40px}.banner h2{font-size:1.25rem}dl.facts{grid-template-columns:minmax(0,1fr)}dl.facts dd{margin-bottom:.35rem}
.many thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}.many,.many caption,.many tbody,.many tr,.many th,.many td{display:block}.many tr{border-bottom:1px solid var(--line);padding:.5rem 0}
.many th,.many td{border:0;padding:.05rem 0}.many td,.many td.num{display:grid;grid-template-columns:6.5rem minmax(0,1fr);gap:.6rem;text-align:left;justify-items:start}.many td::before{content:attr(data-title);color:var(--soft)}}
@media print{:root{color-scheme:light;--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--rule:#666;--pass:#1b6e45;--pass-bg:#eef6f1;--fail:#a8261c;--fail-bg:#fdf1ef;--open:#6a4700;--open-bg:#fdf6e6;--real:#2d5f8c;--syn:#a04513;--ok-zone:#dcece2;--heat:#a04513;--stamp:#7d1a12}
html{font-size:10.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}.wrap{max-width:none;padding:0}.skip,.toc{display:none}
.card:not(:has(.risks)),figure,tr,.banner,.risks li{break-inside:avoid}.risks li{padding-block:.3rem}.risks .soft{font-size:.88rem}h2,h3,h2+p,h2+p+.soft,h3+.soft,.key,caption,thead,summary{break-after:avoid}.two:has(figure){grid-template-columns:minmax(0,1.8fr) minmax(0,1fr)}.attack{padding:.5rem .8rem}.attack dl.facts{margin:.2rem 0;font-size:.86rem;gap:0 .8rem}.attack p{margin:.1rem 0;font-size:.93rem}.scroll{overflow:visible}@page{margin:14mm}
details:not([open],.keep){display:none}details.keep::details-content{content-visibility:visible;block-size:auto}.keep:not(.attack)>summary{display:none}}
`;
