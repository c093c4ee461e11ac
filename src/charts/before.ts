import { colours, font, type Pen, size } from './canvas.ts';
import { axisWidth, rightRoom } from './panel.ts';
import { type ChartRequest, windowOf } from './request.ts';
import { beginsLate } from './series.ts';
import { timeOf } from './time-axis.ts';

/** Pixels that stay free around the words. */
const room = 12;

/** Says up to when nothing was measured: a blank alone could be taken for anything. */
export function sayBefore(pen: Pen, request: ChartRequest, middle: number): void {
  const first = beginsLate(request);
  if (first === undefined) return;
  const { from, to } = windowOf(request);
  const width = size.width - axisWidth - rightRoom;
  const blank = (width * (first - from)) / (to - from);
  pen.font = `16px "${font}"`;
  const fits = [`no data before ${timeOf(first, request.now)}`, 'no data'].find(
    (text) => pen.measureText(text).width + room < blank,
  );
  if (fits === undefined) return;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  const center = axisWidth + blank / 2;
  const half = pen.measureText(fits).width / 2 + room / 2;
  // Lines of the grid would run through the letters.
  pen.fillStyle = colours.paper;
  pen.fillRect(center - half, middle - 11, 2 * half, 22);
  pen.fillStyle = colours.muted;
  pen.fillText(fits, center, middle);
}
