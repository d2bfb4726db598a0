type Common = { id: string; at: Date };
type DemoPush = Common & {
  kind: "push";
  /** the name of the person who owns the phone */
  owner: string;
  title: string;
  body: string;
  navigate: string;
  receipt: string;
  /** whether the message silently replaces an earlier notification */
  isUpdate: boolean;
  shownAt: Date | null;
  openedAt: Date | null;
};
type DemoMail = Common & { kind: "mail"; to: string[]; subject: string; text: string };
export type DemoMessage = DemoPush | DemoMail;

const escape = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
const clock = (at: Date) => at.toTimeString().slice(0, 8);

/** Returns the HTML of the page. `pageScript` draws the messages again whenever a message arrives, newest first. */
export const drawPage = (messages: readonly DemoMessage[]) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>PocketSOC demo: phones and mail</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
</head>
<body>
<main>
<h1>Phones and mail of the demo</h1>
<p>What the portal sent to the demo phones of Ana Admin and Ben Analyst, and by e-mail, newest first. It stands in for the push
services of Apple, Google and Mozilla and for a mail server: none of them is reached.</p>
<div id="list" aria-live="polite">${drawList(messages)}</div>
</main>
</body>
</html>
`;

export const drawList = (messages: readonly DemoMessage[]) =>
  messages.length === 0
    ? `<p class="empty">Nothing yet. Sign in to the portal as admin@contoso.example and add the configuration that the demo names; then
raise an alert with the command that the terminal shows.</p>`
    : `<ol>${messages.map((message) => (message.kind === "push" ? drawPush(message) : drawMail(message))).join("")}</ol>`;

const drawPush = ({ id, at, owner, title, body, navigate, isUpdate, shownAt, openedAt }: DemoPush) => `
<li>
<p class="from"><span>Demo phone of ${escape(owner)}</span><time>${clock(at)}</time></p>
<h2>${escape(title)}</h2>
${body ? `<p>${escape(body)}</p>` : ""}
${isUpdate ? `<p class="note">In the place of the one before, without a sound.</p>` : ""}
<p class="link">${escape(navigate.split("?")[0] ?? "")}</p>
<form method="post">
<button formaction="/shown?id=${id}" title="Tells the portal that the phone showed it">Shown</button>
<button formaction="/tap?id=${id}" formtarget="_blank" title="Opens it, as a tap on the phone does">Tap</button>
<span class="note">${[shownAt && `Shown ${clock(shownAt)}`, openedAt && `Opened ${clock(openedAt)}`].filter(Boolean).join(" · ")}</span>
</form>
</li>`;

const drawMail = ({ at, to, subject, text }: DemoMail) => `
<li class="mail">
<p class="from"><span>E-mail to ${escape(to.join(", "))}</span><time>${clock(at)}</time></p>
<h2>${escape(subject)}</h2>
<pre>${escape(text.trim())}</pre>
</li>`;

export const pageScript = `
const list = document.getElementById("list");
let last = list.innerHTML;
let waiting = false;
setInterval(async () => {
  if (waiting) return;
  waiting = true;
  try {
    const text = await (await fetch("/list")).text();
    if (text !== last) list.innerHTML = last = text;
    document.body.classList.remove("gone");
  } catch {
    document.body.classList.add("gone");
  } finally {
    waiting = false;
  }
}, 1000);
`;

export const pageStyle = `
:root { color-scheme: light dark; --line: light-dark(#d4d9e1, #333b47); --soft: light-dark(#596273, #9aa4b5); }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.45 system-ui, sans-serif; color: light-dark(#161b24, #e8ebf1); background: light-dark(#f2f4f7, #10141a); }
body.gone::before { content: "The demo has ended: nothing new comes here."; display: block; padding: 8px 16px; background: #b3261e; color: #fff; text-align: center; }
main { max-width: 560px; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: 22px; margin: 0 0 8px; }
h1 + p, .empty { color: var(--soft); margin: 0 0 20px; }
ol { list-style: none; margin: 0; padding: 0; display: grid; gap: 12px; }
li { padding: 14px 16px; border: 1px solid var(--line); border-radius: 14px; background: light-dark(#fff, #191f28); }
li > p { margin: 0 0 4px; overflow-wrap: anywhere; }
.from { display: flex; justify-content: space-between; gap: 12px; font-size: 13px; color: var(--soft); }
h2 { font-size: 16px; margin: 0 0 4px; overflow-wrap: anywhere; }
.link, .note { font-size: 13px; color: var(--soft); }
form { display: flex; align-items: center; gap: 8px; margin-top: 10px; }
button { flex: none; font: inherit; min-height: 44px; min-width: 76px; padding: 0 14px; border: 1px solid var(--line); border-radius: 10px; background: transparent; color: inherit; cursor: pointer; }
button:hover { background: light-dark(#eef1f5, #232b36); }
pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; }
`;
