// The style sheet: 360 px first, one column; two from 900 px. System fonts. Light and dark by the
// device's setting. Colours keep 4.5:1 against what they stand on (checked in assets.test.ts).

export const lightColours = {
  ground: '#f3f5f1',
  card: '#ffffff',
  line: '#d5dbd4',
  ink: '#17211b',
  soft: '#4f5b53',
  accent: '#0b6b4f',
  'on-accent': '#ffffff',
  good: '#0b6b4f',
  'good-ground': '#e2f3eb',
  warn: '#7a4700',
  'warn-ground': '#fdf0d5',
  bad: '#9b1c10',
  'bad-ground': '#fde8e5',
} as const;

export const darkColours: Readonly<Record<keyof typeof lightColours, string>> = {
  ground: '#0e1310',
  card: '#18201b',
  line: '#354038',
  ink: '#edf2ee',
  soft: '#a9b6ad',
  accent: '#5bd0a2',
  'on-accent': '#05231a',
  good: '#6fdcb0',
  'good-ground': '#12301f',
  warn: '#f2c46d',
  'warn-ground': '#35280c',
  bad: '#ff9d90',
  'bad-ground': '#3d1a16',
};

const variables = (colours: Readonly<Record<string, string>>) =>
  Object.entries(colours)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');

export const styleSource = `:root{color-scheme:light dark;${variables(lightColours)}}
@media screen and (prefers-color-scheme:dark){:root{${variables(darkColours)}}}
*{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0;background:var(--ground);color:var(--ink);font:1.0625rem/1.5 system-ui,
  -apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:break-word}
h1,h2,h3,p,dl,dd,ol,ul{margin:0}
h1{font-size:1.375rem;line-height:1.25}
h2,h3{font-size:1.0625rem}
a{color:var(--accent)}
a:focus-visible,button:focus-visible,input:focus-visible,summary:focus-visible{
  outline:3px solid var(--accent);outline-offset:2px}
.wide{display:block;max-width:68rem;margin:0 auto;padding:0 1rem}
.skip{position:absolute;inset-inline-start:-99rem}
.skip:focus{inset-inline-start:1rem;top:.5rem;background:var(--card);padding:.5rem}
.top{background:var(--card);border-bottom:1px solid var(--line)}
.top .wide{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;
  gap:0 1rem;min-height:3.25rem}
.brand{font-weight:700;color:var(--ink);text-decoration:none;padding:.5rem 0}
.demo{background:var(--warn-ground);color:var(--warn);font-size:.875rem;padding:.375rem 0}
main{padding-top:1rem!important;padding-bottom:1.5rem!important;container-type:inline-size}
.back{margin-bottom:.25rem}
.back a{display:inline-block;padding:.5rem 0;text-decoration:none}
.foot{color:var(--soft);font-size:.875rem;padding-bottom:2rem!important}
.card{background:var(--card);border:1px solid var(--line);border-radius:.875rem;padding:1rem;
  margin-top:1rem}
.card>*+*{margin-top:.75rem}
.narrow{max-width:34rem;margin-left:auto;margin-right:auto}
.hint,.empty{color:var(--soft);font-size:.9375rem}
.nowrap,time{display:inline-block;max-width:100%;overflow-wrap:anywhere}
.code-block{overflow:auto;font-size:.875rem}
.out{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
form>*+*{margin-top:.75rem}
label{display:block;font-weight:600}
label+.hint{margin-top:0}
input,textarea{width:100%;font:inherit;font-size:1.25rem;min-height:3.25rem;padding:.5rem .75rem;
  border:2px solid var(--soft);border-radius:.625rem;background:var(--card);color:var(--ink)}
input[aria-invalid]{border-color:var(--bad)}
[dir=rtl] input{direction:ltr;text-align:end}
input.code{letter-spacing:.3em;font-size:1.5rem}
fieldset{border:0;padding:0;margin:0;min-width:0}
legend{padding:.5rem 0 0;font-weight:700}
.box{display:flex;align-items:center;gap:.75rem;min-height:3rem;font-weight:400}
.box input{width:1.5rem;min-height:1.5rem;flex:none;margin:0;accent-color:var(--accent)}
fieldset>*+*{margin-top:.5rem}
.times{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(11rem,100%),1fr));gap:.75rem}
.money{display:flex;align-items:center;gap:.75rem;font-size:1.25rem;font-weight:600}
button,.button{display:inline-block;font:inherit;font-weight:600;text-align:center;
  text-decoration:none;min-height:3rem;padding:.6875rem 1.25rem;border:2px solid var(--accent);
  border-radius:.75rem;background:var(--card);color:var(--accent);cursor:pointer}
.main,.button{width:100%;font-size:1.125rem;min-height:3.5rem;padding:.875rem 1.25rem;
  background:var(--accent);color:var(--on-accent)}
.second{background:none;color:var(--accent);width:100%}
.quiet{margin:0!important;border:0;padding:.5rem 0;padding-inline-start:1rem;background:none;
  font-weight:400}
.languages form{display:flex;flex-wrap:wrap;gap:0 1.25rem}
.languages form>*{margin:0}
.languages [aria-current]{text-decoration:none;color:var(--ink)}
.link{border:0;padding:.5rem 0;min-height:2.75rem;background:none;text-decoration:underline}
.problem,.offline{background:var(--bad-ground);color:var(--bad);border-radius:.625rem;
  padding:.625rem .75rem;font-weight:600}
.offline{position:sticky;bottom:.5rem;top:.5rem;z-index:1;background:var(--warn-ground);
  color:var(--warn);margin-top:.75rem}
.suggestions{display:grid;grid-template-columns:repeat(auto-fill,minmax(6rem,1fr));gap:.625rem}
.suggestions>*{margin:0}
.suggestions button{padding-left:.25rem;padding-right:.25rem}
.places ul{display:flex;flex-wrap:wrap;gap:.5rem;padding:0;list-style:none;margin-bottom:1rem}
.places a{display:block;padding:.625rem 1rem;border:1px solid var(--line);border-radius:2rem;
  text-decoration:none;background:var(--card)}
.places [aria-current]{background:var(--accent);color:var(--on-accent)}
.places-more .places{margin-top:.75rem}
summary{padding:.625rem 0;color:var(--accent);cursor:pointer}
.credit{border-top:.375rem solid var(--soft)}
.credit[data-tone=on]{border-top-color:var(--good)}
.credit[data-tone=low]{border-top-color:var(--warn)}
.credit[data-tone=off]{border-top-color:var(--bad)}
.big{font-size:3.75rem;line-height:1;font-weight:700;letter-spacing:-.02em;
  font-variant-numeric:tabular-nums}
.credit .big{margin-top:.375rem}
.sum{font-size:clamp(2rem,11vw,3.5rem)}
.unit{font-size:1.5rem;letter-spacing:0}
.lasts{font-size:1.125rem}
.supply{border-radius:.625rem;padding:.625rem .75rem;background:var(--ground)}
[data-tone=on] .supply{background:var(--good-ground);color:var(--good)}
[data-tone=low] .supply{background:var(--warn-ground);color:var(--warn)}
[data-tone=off] .supply{background:var(--bad-ground);color:var(--bad)}
.supply p:empty{display:none}
.tiles{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:.75rem}
.tiles div{border:1px solid var(--line);border-radius:.625rem;padding:.625rem .75rem}
.tiles dt{color:var(--soft);font-size:.9375rem}
.tiles dd{overflow-wrap:anywhere;
  font-size:1.375rem;font-weight:700;font-variant-numeric:tabular-nums}
svg{display:block;direction:ltr;width:100%;height:auto}
.grid{stroke:var(--line);stroke-width:1}
.axis{fill:var(--soft);font-size:10px}
.bar{fill:var(--accent)}
.bar.now{fill:var(--soft)}
table{width:100%;border-collapse:collapse}
caption{text-align:start;font-weight:600;padding-bottom:.25rem}
th,td{text-align:start;vertical-align:top;padding:.5rem 0;border-top:1px solid var(--line);
  font-weight:400}
th+td,th+th,.use td{text-align:end;
  white-space:nowrap;padding-inline-start:1rem;font-variant-numeric:tabular-nums}
.facts th+td{white-space:normal}
.use table{font-size:.9375rem}
.use th{overflow-wrap:anywhere}
.use th+td,.use th+th,.use td{padding-inline-start:.5rem}
small{display:block;color:var(--soft);font-size:.875rem;line-height:1.35}
.total>*,.energy td{font-weight:700}
.get{font-size:1.125rem}
.get span{display:block}
.get b{font-size:2.5rem;line-height:1.1;margin-inline-end:.25rem}
.sales{padding:0;list-style:none}
.sales li{border-top:1px solid var(--line)}
.sales a{display:block;padding:.75rem 0;color:inherit;text-decoration:none}
.row{display:flex;justify-content:space-between;flex-wrap:wrap;gap:0 1rem}
.sales time{color:var(--soft)}
.state.good{color:var(--good)}
.state.busy{color:var(--warn)}
.state.bad{color:var(--bad)}
.status{border-radius:.625rem;padding:.75rem}
.status p{margin-top:.25rem}
.status a{color:inherit}
.status.good{background:var(--good-ground);color:var(--good)}
.status.busy{background:var(--warn-ground);color:var(--warn)}
.status.bad{background:var(--bad-ground);color:var(--bad)}
.token{display:flex;flex-wrap:wrap;justify-content:center;gap:.25rem 1rem;
  font:700 1.625rem/1.3 ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;
  padding:.75rem max(.25rem,calc(50% - 7.5rem));margin:.5rem 0;direction:ltr;
  border:2px dashed var(--soft);
  border-radius:.75rem;
  user-select:all;-webkit-user-select:all}
.how{padding-inline-start:1.25rem}
.steps{list-style:none;padding:0}
.steps li{position:relative;padding:.375rem 0;padding-inline-start:2.25rem;
  min-height:2.5rem}
.steps li::before{position:absolute;inset-inline-start:0;width:1.5rem;height:1.5rem;
  line-height:1.375rem;
  border-radius:50%;text-align:center;border:2px solid var(--soft);color:var(--soft);
  font-size:.875rem;content:""}
.steps .done::before{content:"✓";background:var(--good);border-color:var(--good);color:var(--card)}
.steps .doing::before{content:"…";border-color:var(--warn);color:var(--warn)}
.steps .failed::before{content:"!";background:var(--bad);border-color:var(--bad);color:var(--card)}
.steps .doing .label{font-weight:700}
.steps .waiting .label,.steps time,.note{color:var(--soft)}
.steps time{font-size:.9375rem;margin-inline-start:.25rem}
.note{display:block;font-size:.9375rem}
.receipt dl>div{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;
  padding:.25rem 0}
.receipt dt{color:var(--soft);flex:none}
.receipt dd{text-align:end;margin-inline-start:auto;min-width:0;overflow-wrap:anywhere}
.long{font-size:.8125rem;word-break:break-all}
@media(min-width:900px){.columns{display:grid;grid-template-columns:1fr 1fr;gap:0 1.5rem;
  align-items:start}h1{font-size:1.625rem}.card{padding:1.25rem}}
@media(min-width:480px){.token{padding-inline:.25rem}}
@container(max-width:14rem){
*{overflow-wrap:anywhere}
.card{padding:.625rem}
.big{font-size:2rem}
.tiles{grid-template-columns:1fr}
table,thead,tbody,tr,th,td,.receipt dl>div{display:block}
th+td,th+th,.use td{text-align:start;white-space:normal;padding:0!important}
.receipt dd{text-align:start}
}
@media print{.top form,.back,.skip,.demo,.foot,button,.button,details,
  .offline{display:none!important}
body{background:#fff;font-size:11pt}
.card{border:0;padding:0}
.columns{display:block}}
`;
