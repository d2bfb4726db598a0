import { killChainPlace, killChainLength, tacticOf } from "#lib/domain/mitre.ts";

const width = 44;

/** Tactics as dots on a line, each at its place in the kill chain. */
export function TacticDots({ tactics }: { tactics: readonly string[] }) {
  if (tactics.length === 0) return null;
  const names = tactics.map((word) => tacticOf(word).label).join(", ");
  const places = [...new Set(tactics.flatMap((word) => killChainPlace(word) ?? []))];
  return (
    <span title={names} className="inline-flex">
      <svg aria-hidden="true" width={width} height="8" viewBox={`0 0 ${width} 8`} className="text-hit">
        <path d={`M2 4H${width - 2}`} stroke="var(--line)" strokeWidth="2" strokeLinecap="round" />
        {places.map((place) => (
          <circle
            key={place}
            cx={3 + (place * (width - 6)) / (killChainLength - 1)}
            cy="4"
            r="2"
            fill="currentColor"
          />
        ))}
      </svg>
      <span className="sr-only">{names}</span>
    </span>
  );
}
