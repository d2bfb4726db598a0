import type { Answer } from "../http.ts";

/** Returns a page of the emulated sign-in. `body` is HTML; the caller must have escaped all values in it. */
export function page(title: string, body: string, status = 200): Answer {
  const style =
    "body{font:16px system-ui;background:#f3f4f6;color:#111827;display:grid;place-items:center;min-height:100vh;margin:0}main{background:#fff;padding:32px;border:1px solid #d1d5db;max-width:400px;width:calc(100% - 32px);box-sizing:border-box}h1{font-size:22px;margin:4px 0 16px}p.note{margin:0;color:#4b5563}ul{list-style:none;padding:0;margin:0 0 16px}button{width:100%;text-align:left;padding:12px;border:1px solid #d1d5db;background:#fff;font:inherit;margin:4px 0;cursor:pointer;color:inherit}button:hover,button:focus-visible{background:#eff6ff;outline:2px solid #1d4ed8}span{display:block;color:#4b5563;font-size:14px}.cancel{width:auto}";
  return {
    status,
    html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${style}</style></head><body><main><p class="note">Emulated Microsoft sign-in</p><h1>${title}</h1>${body}</main></body></html>`,
  };
}
