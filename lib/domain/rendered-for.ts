/**
 * The header in which a page names, with each request, the organisation and the person that it was rendered for. All tabs of
 * a browser share one session, so another tab may have changed either. An answer has the header, with the value
 * `otherReader`, if the request was refused because of that.
 */
export const renderedForHeader = "x-pocketsoc-rendered-for";
export const otherReader = "other";

type Reader = { organisationId: string; userId: string };

/** Returns how a page names the organisation and the person that it was rendered for. */
export const renderedFor = ({ organisationId, userId }: Reader): string => `${organisationId}/${userId}`;

/** The answers to a request of a page that was rendered for another organisation or person. */
export const notForReader = {
  organisation:
    "This browser is in another organisation now, so nothing was changed. Reload this page first.",
  person: "This browser is signed in as somebody else now, so nothing was changed. Reload this page first.",
};

/**
 * Returns the answer to a request of a page that was rendered for another organisation or person than its session has now.
 * Returns null if the page was rendered for both, or names none.
 */
export function refusalOfReader(named: string | null, { organisationId, userId }: Reader): string | null {
  if (named === null || named === renderedFor({ organisationId, userId })) return null;
  return named.endsWith(`/${userId}`) ? notForReader.organisation : notForReader.person;
}
