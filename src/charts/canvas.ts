import { createRequire } from 'node:module';
import { type Canvas, createCanvas, GlobalFonts } from '@napi-rs/canvas';

/** A family of its own name: whatever the machine has installed, the picture is the same. */
export const font = 'slipway chart';

/** Slack shows a picture in a thread about 360 px wide; this is twice as wide, and drawn twice as fine. */
export const size = { width: 720, height: 360, scale: 2 } as const;

/** Of Okabe and Ito, who chose colours that people with any kind of colour blindness can tell apart. */
export const colours = {
  ink: '#1d1c1d',
  muted: '#5c5b5e',
  grid: '#e4e4e6',
  paper: '#ffffff',
  share: '#0072b2',
  limit: '#d55e00',
  firing: 'rgba(213, 94, 0, 0.16)',
  firingWord: '#a34a00',
  p50: '#009e73',
  p95: '#3d3d3d',
  mark: '#8a3f77',
} as const;

/** What is used of a 2d context: the types of a browser are not here. */
export interface Pen {
  font: string;
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  textAlign: 'left' | 'right' | 'center';
  textBaseline: 'top' | 'middle' | 'alphabetic';
  save(): void;
  restore(): void;
  scale(x: number, y: number): void;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  stroke(): void;
  setLineDash(lengths: number[]): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
  measureText(text: string): { readonly width: number };
  drawImage(image: Canvas, x: number, y: number, width: number, height: number): void;
}

const files = createRequire(import.meta.url);
let registered = false;

function registerFonts(): void {
  if (registered) return;
  for (const file of ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'])
    if (GlobalFonts.registerFromPath(files.resolve(`dejavu-fonts-ttf/ttf/${file}`), font) === null)
      throw new Error(`the font ${file} cannot be read`);
  registered = true;
}

/** An empty canvas. */
export function canvasOf(wanted: {
  readonly width: number;
  readonly height: number;
  readonly scale: number;
}): {
  readonly canvas: Canvas;
  readonly pen: Pen;
} {
  registerFonts();
  const canvas = createCanvas(wanted.width * wanted.scale, wanted.height * wanted.scale);
  const pen = canvas.getContext('2d') as unknown as Pen;
  return { canvas, pen };
}

/** The longest beginning of a text that fits. */
export function fitted(pen: Pen, text: string, width: number): string {
  if (pen.measureText(text).width <= width) return text;
  let end = text.length;
  while (end > 0 && pen.measureText(`${text.slice(0, end)}…`).width > width) end -= 1;
  return `${text.slice(0, end)}…`;
}
