// What the pages of a shop's phone have beside the common style: the line of the desk, and receipts
// on paper of 58 or 80 mm.

export const tillStyleSource = `.desk{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;
  color:var(--soft);font-size:.9375rem;margin-bottom:.5rem}
.desk b{color:var(--ink)}
.low{background:var(--warn-ground);color:var(--warn)}
.ask>div{display:flex;justify-content:space-between;gap:1rem;padding:.375rem 0;
  border-bottom:1px solid var(--line)}
.ask dt{color:var(--soft)}
.ask dd{font-weight:700;text-align:right;overflow-wrap:anywhere}
.copy{border:2px solid var(--warn);border-radius:.625rem;padding:.5rem .75rem;color:var(--warn)}
.acts{border:0;background:none;padding:0}
.acts>*+*{margin-top:.75rem}
.printers summary{padding:.5rem 0;cursor:pointer}
.printers p{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;margin:.5rem 0}
.slip .token{font-size:clamp(1.5rem,8vw,2.25rem)}
figure.code{margin:1rem 0 0;text-align:center}
.code svg{width:11rem;max-width:100%;display:block;margin:.25rem auto 0}
nav.places{margin-top:1.5rem}
@media(min-width:900px){.columns .narrow{max-width:none;margin-left:0;margin-right:0}}
@media(min-width:480px){.slip .token{padding-inline:max(.25rem,calc(50% - 9rem))}}
@media print{@page{margin:2mm}
.desk,.acts,.places,.problem{display:none!important}
body{font-size:9pt;line-height:1.25}
h1{font-size:12pt}h2{font-size:10pt}
.wide{padding:0;max-width:76mm}
.card,.card>*+*{margin-top:1.5mm}
.copy{border-color:#000;color:#000}
.slip .token{display:grid;grid-template-columns:repeat(auto-fit,minmax(4.2ch,1fr));font-size:15pt;
  border-style:solid;gap:0 2mm;padding:1mm}
.code svg{width:26mm}
th,td{padding:.5mm 0}small{font-size:8pt}}
`;
