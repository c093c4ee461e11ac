import type { Chart, Plugin } from 'chart.js';
import { colours, font, type Pen } from './canvas.ts';
import { type ChartMark, type ChartRequest, windowOf } from './request.ts';

/** Pixels that a name may stand beside its line. */
const slack = 12;
/** Pixels above a panel for the names of the marks. */
export const markRoom = 18;

export const markSigns = { deploy: '▲', rollback: '▼' } as const;
const dashes = { deploy: [], rollback: [3, 3] };

interface Place {
  readonly pen: Pen;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly xOf: (at: number) => number;
}

function placeOf(chart: Chart<'line'>): Place {
  const { left, right, top, bottom } = chart.chartArea;
  const x = chart.scales['x'];
  const xOf = (at: number): number => Math.min(right, Math.max(left, x?.getPixelForValue(at) ?? left));
  return { pen: chart.ctx as Pen, left, right, top, bottom, xOf };
}

/** Oldest first. */
export function marksIn(request: ChartRequest): readonly ChartMark[] {
  const { from, to } = windowOf(request);
  const inside = (request.marks ?? []).filter(({ at }) => at >= from && at <= to);
  return inside.toSorted((one, other) => one.at - other.at);
}

export function firingsIn(request: ChartRequest): readonly { readonly from: number; readonly to: number }[] {
  const { from, to } = windowOf(request);
  return (request.firings ?? [])
    .map((firing) => ({ from: firing.from, to: firing.to ?? to }))
    .filter((firing) => firing.to >= from && firing.from <= to);
}

/** Firings behind the lines, as spans of time. */
export function firingsPlugin(request: ChartRequest): Plugin<'line'> {
  return {
    id: 'firings',
    beforeDatasetsDraw: (chart) => {
      const { pen, top, bottom, xOf } = placeOf(chart);
      pen.save();
      pen.fillStyle = colours.firing;
      for (const { from, to } of firingsIn(request)) {
        const left = xOf(from);
        // A firing of a few seconds on a chart of a week is still to be seen.
        pen.fillRect(left, top, Math.max(4, xOf(to) - left), bottom - top);
      }
      pen.restore();
    },
  };
}

/** Deploys and rollbacks, as lines from top to bottom; named above them where there is room. */
export function marksPlugin(request: ChartRequest, named: boolean): Plugin<'line'> {
  const marks = marksIn(request);
  return {
    id: 'marks',
    afterDatasetsDraw: (chart) => {
      const place = placeOf(chart);
      place.pen.save();
      place.pen.strokeStyle = place.pen.fillStyle = colours.mark;
      for (const mark of marks) drawLine(place, mark);
      if (named) drawNames(place, marks);
      place.pen.restore();
    },
  };
}

function drawLine({ pen, top, bottom, xOf }: Place, { at, kind }: ChartMark): void {
  pen.lineWidth = 2;
  pen.setLineDash(dashes[kind]);
  pen.beginPath();
  pen.moveTo(xOf(at), top);
  pen.lineTo(xOf(at), bottom);
  pen.stroke();
}

/** The newest first: where there is no room, it is the older ones that go without. */
function drawNames({ pen, left, right, top, xOf }: Place, marks: readonly ChartMark[]): void {
  pen.font = `bold 15px "${font}"`;
  pen.textBaseline = 'alphabetic';
  pen.textAlign = 'left';
  let room = right;
  for (const { at, kind, label } of marks.toReversed()) {
    const name = `${markSigns[kind]} ${label}`;
    const { width } = pen.measureText(name);
    // The sign stands upon its line, unless that is too near to an edge, or to the name after it.
    const x = Math.min(xOf(at) - 7, room - width);
    if (x < left - 7 || x + width < xOf(at) - slack) continue;
    pen.fillText(name, x, top - 4);
    room = x - 8;
  }
}
