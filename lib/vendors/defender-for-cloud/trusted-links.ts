import type { TextOrLink } from "#lib/domain/detection.ts";
import { httpsUrl } from "#lib/domain/text.ts";

/**
 * The hosts to which texts of an alert may link. Alerts carry texts that attackers write, so all other addresses stay text. The
 * Azure portal isn't one of them: its addresses can open a form that deploys anybody's template. Links into it are built.
 */
const trustedHosts = new Set([
  "learn.microsoft.com",
  "docs.microsoft.com",
  "azure.microsoft.com",
  "www.microsoft.com",
  "go.microsoft.com",
  "aka.ms",
  "attack.mitre.org",
]);

/** Whether a text of an alert may link to this address. */
export function isTrustedLink(href: string): boolean {
  const url = URL.parse(httpsUrl(href) ?? "");
  return url !== null && url.port === "" && trustedHosts.has(url.hostname);
}

/**
 * Returns a text with its link, if the address is a trusted one. Any other web address stands in the text. A text that names
 * another host than it leads to is followed by the host.
 */
export function linkOf(text: string, address: string): TextOrLink {
  const href = httpsUrl(address);
  if (href && isTrustedLink(href)) {
    const { hostname } = new URL(href);
    const isOdd = hostsIn(text).some((host) => host !== hostname);
    return { text: isOdd ? `${text} → ${hostname}` : text || href, href };
  }
  const isWeb = /^https?:/i.test(address.trim());
  if (text && (!isWeb || text.includes(address))) return { text, href: null };
  return { text: text ? `${text} (${address})` : address, href: null };
}

/** Returns what looks like a host's name in a text, in lower case. */
const hostsIn = (text: string) =>
  (text.match(/[\p{L}\p{N}.-]+/gu) ?? [])
    .filter((word) => /[\p{L}\p{N}]\.\p{L}{2,}\.?$/u.test(word))
    .map((host) => host.toLowerCase().replace(/\.$/, ""));
