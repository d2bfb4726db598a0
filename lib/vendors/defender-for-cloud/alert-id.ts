import { cleanText } from "#lib/domain/text.ts";
import { armIdOf, decodedSegment, unquoted, withoutBraces } from "./names.ts";
import { saysNothing } from "./texts.ts";

/**
 * Returns an alert's id without what senders write around it: quotes, invisible characters, braces around a GUID, URL encoding,
 * or the rest of its Resource Manager id. Otherwise one alert would become two detections.
 */
export function alertIdOf(text: string): string {
  const given = unquoted(text);
  const [, name = given] = /\/alerts\/([^/]+)$/i.exec(armIdOf(given) ?? "") ?? [];
  return withoutBraces(decodedSegment(name).trim());
}

/**
 * Whether a text can't be an alert's id: it says that nothing is known, it is the GUID of zeros, or it is an expression that a
 * Logic App left as it was. All alerts with such an id would become one detection.
 */
export const isNoId = (id: string): boolean =>
  saysNothing(id) || /^[0{}-]+$/.test(id) || /[@$]\{|^@\w/.test(id);

/**
 * Whether the id in a flat alert can't be one: also a placeholder of another kind. The id of an alert that Azure listed has
 * been an address, so nothing of it is refused for its characters.
 */
export const isNoFlatId = (id: string): boolean =>
  isNoId(id) || /[\s<>{}[\]"'$@]|%\w+%/.test(id) || /^(?:string|guid|id)$/i.test(id);

/** The reason why an alert with such an id is refused. */
export const noIdReason = (id: string): string =>
  `“${cleanText(id, 60)}” is no alert's id. Post the alert itself, such as @triggerBody(), so that its own id arrives.`;
