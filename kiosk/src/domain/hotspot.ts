// Which place of an image a finger means.

import type { Region, Response } from "./attempt.ts";

/** How far a tap may miss a region, as a share of the image's width: about half a gloved fingertip. */
export const kTapSlackPerMille = 40;

/**
 * The region under the point, else the nearest one within the slack. `aspect` is the image's width over its height,
 * so that near means near on the glass.
 */
export function regionAt(
  regions: readonly Region[],
  x: number,
  y: number,
  aspect: number,
  slack = kTapSlackPerMille,
): Region | null {
  let nearest: Region | null = null;
  let least = slack;
  for (const region of regions) {
    const away = Math.hypot(
      outside(x, region.x, region.x + region.w),
      outside(y, region.y, region.y + region.h) / aspect,
    );
    if (away === 0) return region;
    if (away <= least) {
      least = away;
      nearest = region;
    }
  }
  return nearest;
}

export function chosenRegion(response: Response | null): string | null {
  return response !== null && "region" in response ? response.region : null;
}

function outside(at: number, from: number, to: number): number {
  return Math.max(from - at, at - to, 0);
}
