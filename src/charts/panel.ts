import {
  Chart,
  type ChartDataset,
  type ChartOptions,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
} from 'chart.js';
import { canvasOf, colours, font, type Pen, size } from './canvas.ts';
import { firingsPlugin, markRoom, marksPlugin } from './marks.ts';
import { type ChartRequest, windowOf } from './request.ts';
import { alone, type Dot, thinned } from './series.ts';
import { ticksOf } from './time-axis.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale);

/** Room for the labels of the y axis, the same on all panels, so that the times stand above each other. */
export const axisWidth = 72;
/** Pixels right of the plot. */
export const rightRoom = 24;
const textSize = 17;

export interface Line {
  readonly dots: readonly Dot[];
  readonly colour: string;
  /** Pixels. */
  readonly width: number;
  readonly dash?: number[];
}

export interface Panel {
  readonly request: ChartRequest;
  readonly lines: readonly Line[];
  /** Pixels from the top of the picture. */
  readonly top: number;
  readonly height: number;
  readonly y: { readonly min: number; readonly max: number; readonly unit: string };
  /** In the unit of the y axis. */
  readonly limit?: number | undefined;
  /** Whether times stand below it, and not the names of the marks above. */
  readonly times: boolean;
}

function datasets({ request, lines, limit }: Panel): ChartDataset<'line', Dot[]>[] {
  const window = windowOf(request);
  const ends = limit === undefined ? [] : [window.from, window.to].map((x) => ({ x, y: limit }));
  const limitLine: Line = { dots: ends, colour: colours.limit, width: 2.5, dash: [9, 5] };
  return [limitLine, ...lines].flatMap(({ dots, colour, width, dash = [] }) => {
    // `clip` lets a line at the edge have its whole width.
    const common = { borderColor: colour, backgroundColor: colour, clip: 5 };
    const drawn = [...thinned(dots, window, size.width)];
    return [
      {
        ...common,
        data: drawn,
        borderDash: dash,
        borderWidth: width,
        borderJoinStyle: 'round',
        pointRadius: 0,
      },
      { ...common, data: [...alone(drawn)], showLine: false, pointRadius: 4 },
    ];
  });
}

function optionsOf({ request, y, times }: Panel): ChartOptions<'line'> {
  const { from, to } = windowOf(request);
  const ticks = ticksOf(request);
  const text = { font: { family: font, size: textSize }, color: colours.ink };
  return {
    responsive: false,
    animation: false,
    events: [],
    parsing: false,
    normalized: true,
    devicePixelRatio: size.scale,
    layout: { padding: { right: rightRoom, top: times ? 6 : markRoom, bottom: times ? 0 : 6 } },
    scales: {
      x: {
        type: 'linear',
        min: from,
        max: to,
        grid: { color: colours.grid, drawTicks: times },
        ticks: {
          ...text,
          display: times,
          maxRotation: 0,
          autoSkip: false,
          callback: (_, i) => ticks[i]?.label,
        },
        afterBuildTicks: (axis) => {
          axis.ticks = ticks.map(({ value }) => ({ value }));
        },
      },
      y: {
        min: y.min,
        max: y.max,
        grid: { color: colours.grid, drawTicks: false },
        border: { display: false },
        ticks: { ...text, maxTicksLimit: 5, padding: 8, callback: (value) => `${value}${y.unit}` },
        afterFit: (axis) => {
          axis.width = axisWidth;
        },
      },
    },
  };
}

/** Draws one panel into the picture; nothing goes on in the background. */
export function drawPanel(pen: Pen, panel: Panel): void {
  const { request, height, times, top } = panel;
  const { canvas } = canvasOf({ width: size.width, height, scale: 1 });
  const plugins = [firingsPlugin(request), marksPlugin(request, !times)];
  const data = { datasets: datasets(panel) };
  // It makes the canvas finer itself, by devicePixelRatio.
  const chart = new Chart(canvas, { type: 'line', data, options: optionsOf(panel), plugins });
  pen.drawImage(canvas, 0, top, size.width, height);
  // Chart.js keeps every chart until it is destroyed.
  chart.destroy();
}
