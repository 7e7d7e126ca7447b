"""Style and script of the page that the gate writes."""

STYLE = """
:root { --ink: #1c2430; --soft: #5a6675; --line: #dfe4ea; --paper: #fff; --tint: #f5f7f9;
        --bad: #b3261e; --doubt: #8a5a00; --good: #1b6e3c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e2e7ee; --soft: #9fabb9; --line: #313a45; --paper: #14181d;
        --tint: #1b2128; --bad: #ff8a80; --doubt: #ffc046; --good: #7bd69b; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0; }
header, nav, main { padding: 1rem max(1.2rem, calc(50vw - 40rem)); }
header { border-left: .5rem solid var(--good); background: var(--tint); }
header.bad { border-color: var(--bad); } header.doubt { border-color: var(--doubt); }
h1 { font-size: 1.5rem; margin: 0 0 .3rem; } header p { margin: .15rem 0; color: var(--soft); }
header.bad h1 { color: var(--bad); } header.doubt h1 { color: var(--doubt); } header.good h1 { color: var(--good); }
h2 { font-size: 1.15rem; margin: 1.8rem 0 .6rem; }
nav { position: sticky; top: 0; background: var(--paper); border-bottom: 1px solid var(--line); display: flex;
      gap: 1.2rem; align-items: center; padding-top: .6rem; padding-bottom: .6rem; flex-wrap: wrap; }
input[type=search] { font: inherit; padding: .3rem .6rem; width: min(24rem, 60vw); border: 1px solid var(--line);
      border-radius: .4rem; background: var(--paper); color: inherit; }
#shown { color: var(--soft); }
.rule { border: 1px solid var(--line); border-radius: .5rem; margin: .6rem 0; padding: .2rem .9rem; }
.rule > summary { cursor: pointer; padding: .4rem 0; } .rule.block > summary b { color: var(--bad); }
.rule.warn > summary b { color: var(--doubt); }
.count { color: var(--soft); float: right; } .fix { margin: .2rem 0 .6rem; } .source { color: var(--soft); }
table { border-collapse: collapse; width: 100%; font-size: .9rem; table-layout: fixed; margin-bottom: .6rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .7rem .35rem 0; border-top: 1px solid var(--line);
      overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 600; border: 0; } small { color: var(--soft); }
.rule th:nth-child(1), .rule td:nth-child(1) { width: 4.5rem; } .rule th:nth-child(2) { width: 26%; }
.rule th:nth-child(4) { width: 22%; } .rule th:nth-child(5) { width: 24%; }
code { font: .85rem/1.4 ui-monospace, monospace; white-space: pre-wrap; }
.mark { font-weight: 600; } .block .mark, .found .mark, td.found { color: var(--bad); }
.warn .mark, .partly .mark, .not .mark { color: var(--doubt); } .clean .mark { color: var(--good); }
.letter { border: 1px solid var(--line); border-radius: .3rem; padding: 0 .3rem; color: var(--soft); font-size: .8rem; }
.coverage th:nth-child(1) { width: 38%; } .coverage th:nth-child(2) { width: 14%; }
[hidden] { display: none; }
@media print { nav { display: none; } }
"""

SCRIPT = """
const search = document.getElementById("search"), blocking = document.getElementById("blocking");
const shown = document.getElementById("shown"), rules = [...document.querySelectorAll(".rule")];
const rows = rules.map(rule => [...rule.querySelectorAll("tr.finding")]);
const words = rows.map((of, i) => of.map(row =>
  (rules[i].querySelector("summary").textContent + " " + row.textContent).toLowerCase()));
function filter() {
  const wanted = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  rules.forEach((rule, i) => {
    let some = 0;
    rows[i].forEach((row, j) => {
      const fits = wanted.every(word => words[i][j].includes(word))
        && (!blocking.checked || row.classList.contains("block"));
      row.hidden = !fits; some += fits;
    });
    rule.hidden = !some; count += some;
    if (wanted.length && some) rule.open = true;
  });
  shown.textContent = rows.length ? count + " shown" : "";
}
search.addEventListener("input", filter); blocking.addEventListener("change", filter); filter();
"""
