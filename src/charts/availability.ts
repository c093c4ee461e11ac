import { symptomTitles } from '../domain/monitor/round.ts';
import { spans } from '../domain/monitor/span.ts';
import { sayBefore } from './before.ts';
import { canvasOf, colours, fitted, font, type Pen, size } from './canvas.ts';
import { firingsIn, marksIn, markSigns } from './marks.ts';
import { drawPanel } from './panel.ts';
import { latencyRange, shareRange } from './range.ts';
import { type ChartRequest, windowOf } from './request.ts';
import { latencies, latencyOf, shares } from './series.ts';
import { momentOf } from './time-axis.ts';

/** Heights in pixels, from top to bottom: 360 in all. */
const rows = { title: 30, caption: 22, share: 138, caption2: 22, latency: 148 } as const;
const margin = 12;

const latencyTitles = { http: 'HTTP latency, ms', handshake: 'Handshake latency, ms' } as const;

type Word = readonly [text: string, colour: string];

/** Words in a row, each in the colour of what it names. */
function legend(pen: Pen, top: number, words: readonly Word[]): void {
  const widthAt = (height: number): number => {
    pen.font = `bold ${height}px "${font}"`;
    return words.reduce((sum, [text]) => sum + pen.measureText(text).width + 14, margin);
  };
  if (widthAt(16) > size.width) widthAt(14);
  let x = margin;
  pen.textBaseline = 'middle';
  pen.textAlign = 'left';
  for (const [text, colour] of words) {
    pen.fillStyle = colour;
    pen.fillText(text, x, top + rows.caption / 2);
    x += pen.measureText(text).width + 14;
  }
}

function drawTitle(pen: Pen, request: ChartRequest): void {
  const { service, environment } = request.target;
  const y = rows.title / 2 + 1;
  pen.textBaseline = 'middle';
  pen.fillStyle = colours.muted;
  pen.font = `16px "${font}"`;
  pen.textAlign = 'right';
  const when = `${spans[request.span].title} to ${momentOf(windowOf(request))}`;
  pen.fillText(when, size.width - margin, y);
  const room = size.width - 3 * margin - pen.measureText(when).width;
  pen.fillStyle = colours.ink;
  pen.font = `bold 20px "${font}"`;
  pen.textAlign = 'left';
  const where = ` on ${environment}`;
  const name = fitted(pen, service, Math.max(room / 3, room - pen.measureText(where).width));
  pen.fillText(fitted(pen, `${name}${where}`, room), margin, y);
}

const percent = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** Percent, as it stands on the y axis. */
function limitOf({ symptom, limit }: ChartRequest): number | undefined {
  if (limit === undefined) return undefined;
  return symptom === undefined ? 100 - limit * 100 : limit * 100;
}

function captionOf(request: ChartRequest): readonly Word[] {
  const { symptom } = request;
  const limit = limitOf(request);
  const kinds = new Set(marksIn(request).map(({ kind }) => kind));
  return [
    [symptom === undefined ? 'Availability' : symptomTitles[symptom], colours.share],
    ...(limit === undefined ? [] : [[`╌╌ limit ${percent.format(limit)} %`, colours.limit] as const]),
    ...[...kinds].map((kind) => [`${markSigns[kind]} ${kind}`, colours.mark] as const),
    ...(firingsIn(request).length === 0 ? [] : [['■ fires', colours.firingWord] as const]),
  ];
}

/** Without anything measured a chart would look as if all were well. */
function sayNothing(pen: Pen, middle: number): void {
  const text = 'nothing was measured';
  pen.font = `18px "${font}"`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  const { width } = pen.measureText(text);
  const center = size.width / 2 + 30;
  pen.fillStyle = colours.paper;
  pen.fillRect(center - width / 2 - 6, middle - 12, width + 12, 24);
  pen.fillStyle = colours.muted;
  pen.fillText(text, center, middle);
}

function draw(pen: Pen, request: ChartRequest): void {
  pen.fillStyle = colours.paper;
  pen.fillRect(0, 0, size.width, size.height);
  drawTitle(pen, request);
  const above = rows.title + rows.caption;
  legend(pen, rows.title, captionOf(request));
  const share = shares(request);
  drawPanel(pen, {
    request,
    lines: [{ dots: share, colour: colours.share, width: 2.5 }],
    top: above,
    height: rows.share,
    y: shareRange(request, share),
    limit: limitOf(request),
    times: false,
  });
  if (share.every(({ y }) => y === null)) sayNothing(pen, above + rows.share * 0.72);
  else sayBefore(pen, request, above + rows.share * 0.6);
  const below = above + rows.share;
  const kind = latencyOf(request);
  const { p50, p95 } = latencies(request, kind);
  legend(pen, below, [
    [latencyTitles[kind], colours.ink],
    ['━ p50', colours.p50],
    ['━ p95', colours.p95],
  ]);
  drawPanel(pen, {
    request,
    lines: [
      { dots: p95, colour: colours.p95, width: 1.5 },
      { dots: p50, colour: colours.p50, width: 3 },
    ],
    top: below + rows.caption2,
    height: rows.latency,
    y: latencyRange([...p50, ...p95]),
    times: true,
  });
  const middle = below + rows.caption2 + rows.latency / 2 - 12;
  if (p95.every(({ y }) => y === null)) sayNothing(pen, middle);
  else sayBefore(pen, request, middle);
}

/**
 * Draws how a target has been: its availability, or the failures of one symptom, above its latency. Drawing holds the
 * event loop for some hundredths of a second, whatever the number of points; the encoding does not.
 * @returns a PNG of 1440 × 720 pixels, meant to be shown 360 to 720 wide.
 */
export async function availabilityChart(request: ChartRequest): Promise<Buffer> {
  const { canvas, pen } = canvasOf(size);
  pen.scale(size.scale, size.scale);
  draw(pen, request);
  return canvas.encode('png');
}
