/** The pictures of the page as files: what is drawn on a canvas is drawn again as SVG, charts are taken as they are. */
import { SvgContext } from "./svgContext";

export type Painter = (context: CanvasRenderingContext2D, width: number, height: number) => void;
const painters = new WeakMap<HTMLCanvasElement, Painter>();

/** Tells how a canvas is drawn, for its SVG. */
export function painted(canvas: HTMLCanvasElement, painter: Painter): void {
  painters.set(canvas, painter);
}

/** A canvas or a chart, the first one of a picture of the page. */
const drawn = (place: Element) => place.querySelector<HTMLCanvasElement | SVGSVGElement>("canvas, .chart svg, svg");

export function svgOf(place: Element): string {
  const of = drawn(place);
  if (of instanceof HTMLCanvasElement) {
    const painter = painters.get(of);
    if (!painter) throw new Error("this picture is not drawn yet");
    const [width, height] = [of.clientWidth, of.clientHeight];
    const context = new SvgContext(width, height);
    painter(context as unknown as CanvasRenderingContext2D, width, height);
    return context.text();
  }
  if (!of) throw new Error("there is no picture");
  return standing(of);
}

const STYLES = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "opacity",
  "font-family",
  "font-size",
  "text-anchor",
];

/** A chart with the style of the page written into it. */
function standing(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [from, to] = [svg.querySelectorAll("*"), copy.querySelectorAll("*")];
  from.forEach((element, at) => {
    const style = getComputedStyle(element);
    for (const name of STYLES) to[at]?.setAttribute(name, style.getPropertyValue(name));
    to[at]?.removeAttribute("class");
  });
  const { width, height } = svg.getBoundingClientRect();
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  copy.removeAttribute("class");
  copy.removeAttribute("style");
  return new XMLSerializer().serializeToString(copy);
}

export async function pngOf(place: Element): Promise<Blob> {
  const of = drawn(place);
  const canvas = of instanceof HTMLCanvasElement ? of : await onCanvas(svgOf(place));
  return new Promise((give, refuse) =>
    canvas.toBlob((blob) => (blob ? give(blob) : refuse(new Error("this browser gave no picture"))), "image/png"),
  );
}

async function onCanvas(svg: string): Promise<HTMLCanvasElement> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2 * image.width, 2 * image.height];
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}
