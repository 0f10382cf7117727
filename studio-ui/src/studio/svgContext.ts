/** What the painters of this page do on a canvas, written down as SVG. */

interface Style {
  transform: string;
  clip: string;
}

const digits = (value: number) => String(Math.round(value * 100) / 100);
const escaped = (text: string) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

export class SvgContext {
  fillStyle = "#000";
  strokeStyle = "#000";
  lineWidth = 1;
  font = "12px sans-serif";
  textAlign: CanvasTextAlign = "start";
  imageSmoothingQuality: ImageSmoothingQuality = "high";
  private readonly width: number;
  private readonly height: number;
  private readonly parts: string[] = [];
  private path = "";
  private clips = 0;
  private style: Style = { transform: "", clip: "" };
  private readonly kept: Style[] = [];

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
  }

  text(): string {
    const size = `width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}"`;
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${this.parts.join("")}</svg>`;
  }

  save(): void {
    this.kept.push({ ...this.style });
  }
  restore(): void {
    this.style = this.kept.pop() ?? this.style;
  }
  translate(x: number, y: number): void {
    this.style.transform += `translate(${digits(x)} ${digits(y)})`;
  }
  rotate(angle: number): void {
    this.style.transform += `rotate(${digits((180 * angle) / Math.PI)})`;
  }
  clearRect(): void {}

  beginPath(): void {
    this.path = "";
  }
  moveTo(x: number, y: number): void {
    this.path += `M${digits(x)} ${digits(y)}`;
  }
  lineTo(x: number, y: number): void {
    this.path += `${this.path ? "L" : "M"}${digits(x)} ${digits(y)}`;
  }
  bezierCurveTo(...points: number[]): void {
    this.path += `C${points.map(digits).join(" ")}`;
  }
  closePath(): void {
    this.path += "Z";
  }
  rect(x: number, y: number, width: number, height: number): void {
    this.path += `M${digits(x)} ${digits(y)}h${digits(width)}v${digits(height)}h${digits(-width)}Z`;
  }
  /** A whole circle: the painters draw no other arc. */
  arc(x: number, y: number, r: number): void {
    const [a, d] = [`a${digits(r)} ${digits(r)} 0 1 0 `, digits(2 * r)];
    this.path += `M${digits(x - r)} ${digits(y)}${a}${d} 0${a}-${d} 0Z`;
  }
  fill(): void {
    this.put(`<path d="${this.path}" fill="${this.fillStyle}"`);
  }
  stroke(): void {
    this.put(`<path d="${this.path}" fill="none" stroke="${this.strokeStyle}" stroke-width="${this.lineWidth}"`);
  }
  clip(): void {
    this.clips += 1;
    this.parts.push(`<clipPath id="clip${this.clips}"><path d="${this.path}"/></clipPath>`);
    this.style.clip = ` clip-path="url(#clip${this.clips})"`;
  }
  fillRect(...place: [number, number, number, number]): void {
    this.put(`<rect ${this.placed(place)} fill="${this.fillStyle}"`);
  }
  strokeRect(...place: [number, number, number, number]): void {
    const stroke = `stroke="${this.strokeStyle}" stroke-width="${this.lineWidth}"`;
    this.put(`<rect ${this.placed(place)} fill="none" ${stroke}`);
  }
  fillText(text: string, x: number, y: number): void {
    const anchor = { center: "middle", right: "end", end: "end", left: "start", start: "start" }[this.textAlign];
    const [, size = "12", family = "sans-serif"] = /([\d.]+)px (.*)/.exec(this.font) ?? [];
    const font = `font-size="${size}" font-family="${escaped(family)}" text-anchor="${anchor}" fill="${this.fillStyle}"`;
    this.parts.push(`<text x="${digits(x)}" y="${digits(y)}" ${font}${this.around()}>${escaped(text)}</text>`);
  }
  drawImage(image: HTMLCanvasElement, ...place: [number, number, number, number]): void {
    this.put(`<image ${this.placed(place)} preserveAspectRatio="none" href="${image.toDataURL()}"`);
  }

  private placed([x, y, width, height]: [number, number, number, number]): string {
    return `x="${digits(x)}" y="${digits(y)}" width="${digits(width)}" height="${digits(height)}"`;
  }
  private around(): string {
    const { transform, clip } = this.style;
    return `${transform ? ` transform="${transform}"` : ""}${clip}`;
  }
  private put(start: string): void {
    this.parts.push(`${start}${this.around()}/>`);
  }
}
