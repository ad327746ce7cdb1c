/** A notebook's page has no style sheet of ours, so each output brings it. Colours are the editor's. */
export const style = `
.sft{font:13px/1.5 var(--vscode-font-family,sans-serif);color:var(--vscode-foreground);font-variant-numeric:tabular-nums}
.sft .scroll{overflow-x:auto}
.sft table{border-collapse:collapse;margin:8px 0;width:auto}
.sft caption,.sft .title{font-weight:600;text-align:left;white-space:nowrap}
.sft th,.sft td{border:0;border-bottom:1px solid var(--vscode-widget-border,var(--vscode-contrastBorder,#8884));padding:2px 10px;text-align:left;vertical-align:top;font-weight:normal;color:var(--vscode-foreground);background:none}
.sft .scroll table:not(.example) td,.sft .scroll table:not(.example) th{white-space:nowrap}
.sft thead th{font-weight:600}
.sft td small,.sft th small{display:block;color:var(--vscode-foreground)}
.sft .map td{background:color-mix(in srgb,var(--vscode-charts-blue,#2a78b8) var(--shade,0%),transparent);padding:2px 6px}
.sft .map td.below{background:color-mix(in srgb,var(--vscode-charts-orange,#d18616) var(--shade,0%),transparent)}
.sft .track{display:inline-block;width:100px;border:1px solid var(--vscode-foreground);height:10px}
.sft .bar{display:block;height:100%;background:var(--vscode-charts-blue,#2a78b8)}
.sft button{font:inherit;color:var(--vscode-button-secondaryForeground,var(--vscode-foreground));background:var(--vscode-button-secondaryBackground,transparent);border:1px solid var(--vscode-contrastBorder,var(--vscode-widget-border,transparent));padding:0 6px;cursor:pointer}
.sft .map button{color:inherit;background:none;text-decoration:underline;border-color:transparent}
.sft .map button[aria-pressed=true]{border-color:currentColor}
.sft button:focus-visible,.sft input:focus-visible,.sft .scroll:focus-visible{outline:2px solid var(--vscode-focusBorder,#2a78b8)}
.sft input{font:inherit;color:var(--vscode-input-foreground);background:var(--vscode-input-background);border:1px solid var(--vscode-input-border,var(--vscode-contrastBorder,#888))}
.sft .tools{display:flex;flex-wrap:wrap;gap:8px;align-items:center}
.sft .example td,.sft .example th{border:0;padding:0 6px}
.sft .example caption{font-weight:normal}
.sft .wrong{color:var(--vscode-errorForeground,#b3261e);font-weight:600}
.sft .right{color:color-mix(in srgb,var(--vscode-charts-green,#388a34) 75%,var(--vscode-foreground))}
.sft .old .right{color:inherit}
.sft .stale{border:1px solid var(--vscode-editorWarning-foreground,#bf8803);padding:2px 8px;font-weight:600;width:fit-content}
.sft .warning{font-weight:600}
.sft .claims{list-style:none;padding:0;margin:8px 0}
.sft .found{color:var(--vscode-foreground);font-weight:normal}
.sft p{margin:4px 0}
.sft svg{max-width:460px;display:block}
.sft svg polyline{fill:none;stroke:var(--vscode-charts-blue,#2a78b8);stroke-width:2}
.sft svg line{stroke:var(--vscode-foreground)}
.sft svg .reference{stroke-dasharray:3 3;opacity:.6}
.sft svg circle{fill:var(--vscode-charts-blue,#2a78b8)}
.sft svg text{fill:var(--vscode-foreground);font-size:11px}
`;
