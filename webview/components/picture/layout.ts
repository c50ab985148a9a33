/** Where the parts of the machine stand in the picture, for a width in pixels. Nothing is scaled: text stays readable. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const PARTS = ['wire', 'nic', 'driver', 'socket', 'user', 'pool', 'provider'] as const;
export type Part = (typeof PARTS)[number];

export interface PictureLayout {
  readonly height: number;
  readonly boxes: Readonly<Record<Part, Box>>;
  readonly narrow: boolean;
}

const GAP = 18;
/** Below this width the parts stand in more rows. */
const NARROW = 580;

/** @param queues rows that the NIC shows */
export function pictureLayout(width: number, queues: number): PictureLayout {
  const nicHeight = 28 + queues * 20;
  return width < NARROW ? narrow(width, nicHeight) : wide(width, nicHeight);
}

function wide(width: number, nicHeight: number): PictureLayout {
  const small = Math.min(104, Math.max(92, Math.round(width * 0.13)));
  const nic = width - 4 * small - 4 * GAP;
  const top = Math.max(nicHeight, 88);
  const below = top + 30;
  const bottom = 118;
  const column = (x: number, own = small): Box => ({ x, y: 0, width: own, height: top });
  const afterNic = small + GAP + nic + GAP;
  const poolWidth = Math.round((width - GAP) * 0.42);
  return {
    height: below + bottom,
    narrow: false,
    boxes: {
      wire: column(0),
      nic: column(small + GAP, nic),
      driver: column(afterNic),
      socket: column(afterNic + small + GAP),
      user: column(afterNic + 2 * (small + GAP)),
      pool: { x: 0, y: below, width: poolWidth, height: bottom },
      provider: { x: poolWidth + GAP, y: below, width: width - poolWidth - GAP, height: bottom },
    },
  };
}

function narrow(width: number, nicHeight: number): PictureLayout {
  const third = (width - 2 * GAP) / 3;
  const wire = 84;
  const second = nicHeight + GAP;
  const lower = second + 84 + GAP;
  return {
    height: lower + 118 + GAP + 118,
    narrow: true,
    boxes: {
      wire: { x: 0, y: 0, width: wire, height: nicHeight },
      nic: { x: wire + GAP, y: 0, width: width - wire - GAP, height: nicHeight },
      driver: { x: 0, y: second, width: third, height: 84 },
      socket: { x: third + GAP, y: second, width: third, height: 84 },
      user: { x: 2 * (third + GAP), y: second, width: third, height: 84 },
      pool: { x: 0, y: lower, width, height: 118 },
      provider: { x: 0, y: lower + 118 + GAP, width, height: 118 },
    },
  };
}
