/**
 * What a notebook loads for a page: a frame with the page in it, and messages between it and Python.
 *
 * The page's code comes from Python, on asking, once for all pages of a window. So a notebook that is saved has nothing of it: where no
 * Python answers, the still picture stays. Written for anywidget: https://anywidget.dev/en/afm/
 */
import { assets, unpacked } from "./assets";
import { GREETING, type Message } from "./messages";
import { themeAround, watchTheme } from "./surroundings";

export interface Model {
  get(name: string): unknown;
  on(event: "msg:custom", hear: Hear): void;
  off(event: "msg:custom", hear: Hear): void;
  send(content: Message): void;
}
export type Bytes = DataView<ArrayBuffer> | Uint8Array<ArrayBuffer> | ArrayBuffer;
type Hear = (content: Content, buffers: readonly Bytes[]) => void;

type Content =
  /** The buffer is the page's text in pieces, packed JSON; a number stands for the asset whose digest has that place. `then` is said to the page. */
  | { what: "page"; to: string; assets: string[]; then: Message[] }
  /** An asset, packed; its bytes are the buffer. */
  | { what: "asset"; to: string; digest: string }
  /** Said to the page; `by` is the view that told it first, and knows. */
  | { what: "say"; said: Message; by?: string; to?: string };

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const view = Math.random().toString(36).slice(2);
  const title = String(model.get("title"));
  const frame = frameOf(title, Number(model.get("height")));
  let port: MessagePort | null = null;
  /** The last message of each name, by either side: a frame that is moved in the document loads its page anew. */
  const last = new Map<string, Message>();
  const keep = (message: Message) => {
    if ("number" in message || "done" in message) return; // Python says again what is not done
    for (const name of Object.keys(message)) last.set(name, message);
  };
  /** The message that brought the page. */
  let newest: Bytes | null = null;

  const show = async (packed: Bytes, digests: string[], then: Message[]) => {
    newest = packed;
    last.clear();
    then.forEach(keep);
    const ask = (digest: string) => model.send({ what: "send", view, digest });
    const texts = await Promise.all(digests.map((digest) => assets.text(digest, ask)));
    const pieces: (string | number)[] = JSON.parse(await unpacked(packed));
    if (packed !== newest) return; // another page has come meanwhile
    const text = pieces.map((each) => (typeof each === "number" ? texts[each] : each)).join("");
    frame.srcdoc = text.replace("<html", `<html data-theme="${themeAround(el)}"`);
    if (!frame.isConnected) el.replaceChildren(frame);
  };
  const hear: Hear = (content, [buffer]) => {
    if (content.to !== undefined && content.to !== view) return;
    if (content.what === "asset" && buffer) assets.arrived(content.digest, buffer);
    if (content.what === "page" && buffer) show(buffer, content.assets, content.then);
    if (content.what === "say" && content.by !== view) {
      keep(content.said);
      port?.postMessage(content.said);
    }
  };
  frame.addEventListener("load", () => {
    if (!frame.srcdoc) return;
    port?.close();
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = ({ data }) => {
      keep(data.run ? { parameters: data.run.parameters } : data);
      model.send({ what: "told", view, told: data });
    };
    frame.contentWindow?.postMessage(GREETING, "*", [channel.port2]);
    for (const said of new Set(last.values())) port.postMessage(said);
    port.postMessage({}); // that is all: from here on the page tells
  });

  const endTheme = watchTheme(el, () => frame.contentWindow);

  el.replaceChildren(pictureOf(title, String(model.get("still"))));
  model.on("msg:custom", hear);
  model.send({ what: "open", view });
  return () => {
    model.off("msg:custom", hear);
    endTheme();
    port?.close();
    frame.remove();
    model.send({ what: "closed", view });
  };
}

/** A frame whose page can run and save files, and reach nothing of the notebook. */
function frameOf(title: string, height: number): HTMLIFrameElement {
  const frame = document.createElement("iframe");
  frame.title = title;
  frame.setAttribute("sandbox", "allow-scripts allow-downloads");
  frame.allow = "clipboard-write";
  frame.style.cssText = `display:block;width:100%;height:${height}px;border:0;border-radius:10px`;
  return frame;
}

/** What stands until the page has come: for ever, where no Python runs. */
function pictureOf(title: string, svg: string): HTMLElement {
  const figure = document.createElement("figure");
  figure.style.margin = "0";
  const picture = document.createElement("img");
  picture.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  picture.alt = title;
  picture.style.maxWidth = "100%";
  const caption = document.createElement("figcaption");
  caption.textContent = `${svg ? "A picture" : title}. Run the cell, and the page itself stands here.`;
  figure.append(...(svg ? [picture, caption] : [caption]));
  return figure;
}

export default { render };
