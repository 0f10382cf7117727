function e(e) {
	return new Response(new Blob([e]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}
var t = class {
	texts = /* @__PURE__ */ new Map();
	waiting = /* @__PURE__ */ new Map();
	text(e, t) {
		let n = this.texts.get(e);
		if (n) {
			let r = setTimeout(() => this.waiting.has(e) && t(e), 1e4);
			return n.finally(() => clearTimeout(r));
		}
		let r = new Promise((t) => this.waiting.set(e, t));
		return this.texts.set(e, r), t(e), r;
	}
	arrived(t, n) {
		this.waiting.get(t)?.(e(n)), this.waiting.delete(t);
	}
}, n = Symbol.for("clearprop: the code of pages"), r = globalThis;
r[n] ??= new t();
var i = r[n], a = "clearprop: a notebook";
// src/notebook/surroundings.ts
function o(e) {
	let { body: t, documentElement: n } = document, r = t.dataset.jpThemeLight;
	if (r) return r === "false" ? "dark" : "light";
	let i = t.dataset.vscodeThemeKind;
	if (i) return /light/.test(i) ? "light" : "dark";
	if (t.classList.contains("dark")) return "dark";
	let a = n.getAttribute("theme") ?? t.dataset.theme ?? n.dataset.theme;
	if (a === "dark" || a === "light") return a;
	let o = getComputedStyle(e).colorScheme;
	return o === "dark" || o === "light" ? o : "auto";
}
function s(e, t) {
	let n = () => t()?.postMessage({ theme: o(e) }, "*"), r = ({ source: e, data: r }) => {
		r === "clearprop: light or dark?" && e && e === t() && n();
	};
	addEventListener("message", r);
	let i = new MutationObserver(n);
	for (let e of [document.documentElement, document.body]) i.observe(e, { attributeFilter: [
		"class",
		"style",
		"theme",
		"data-theme",
		"data-jp-theme-light",
		"data-vscode-theme-kind"
	] });
	return () => {
		removeEventListener("message", r), i.disconnect();
	};
}
// src/notebook/bridge.ts
function c({ model: t, el: n }) {
	let r = Math.random().toString(36).slice(2), c = String(t.get("title")), d = l(c, Number(t.get("height"))), f = null, p = /* @__PURE__ */ new Map(), m = (e) => {
		if (!("number" in e || "done" in e)) for (let t of Object.keys(e)) p.set(t, e);
	}, h = null, g = async (a, s, c) => {
		h = a, p.clear(), c.forEach(m);
		let l = (e) => t.send({
			what: "send",
			view: r,
			digest: e
		}), u = await Promise.all(s.map((e) => i.text(e, l))), f = JSON.parse(await e(a));
		if (a !== h) return;
		let g = f.map((e) => typeof e == "number" ? u[e] : e).join("");
		d.srcdoc = g.replace("<html", `<html data-theme="${o(n)}"`), d.isConnected || n.replaceChildren(d);
	}, _ = (e, [t]) => {
		(e.to === void 0 || e.to === r) && (e.what === "asset" && t && i.arrived(e.digest, t), e.what === "page" && t && g(t, e.assets, e.then), e.what === "say" && e.by !== r && (m(e.said), f?.postMessage(e.said)));
	};
	d.addEventListener("load", () => {
		if (!d.srcdoc) return;
		f?.close();
		let e = new MessageChannel();
		f = e.port1, f.onmessage = ({ data: e }) => {
			m(e.run ? { parameters: e.run.parameters } : e), t.send({
				what: "told",
				view: r,
				told: e
			});
		}, d.contentWindow?.postMessage(a, "*", [e.port2]);
		for (let e of new Set(p.values())) f.postMessage(e);
		f.postMessage({});
	});
	let v = s(n, () => d.contentWindow);
	return n.replaceChildren(u(c, String(t.get("still")))), t.on("msg:custom", _), t.send({
		what: "open",
		view: r
	}), () => {
		t.off("msg:custom", _), v(), f?.close(), d.remove(), t.send({
			what: "closed",
			view: r
		});
	};
}
function l(e, t) {
	let n = document.createElement("iframe");
	return n.title = e, n.setAttribute("sandbox", "allow-scripts allow-downloads"), n.allow = "clipboard-write", n.style.cssText = `display:block;width:100%;height:${t}px;border:0;border-radius:10px`, n;
}
function u(e, t) {
	let n = document.createElement("figure");
	n.style.margin = "0";
	let r = document.createElement("img");
	r.src = `data:image/svg+xml,${encodeURIComponent(t)}`, r.alt = e, r.style.maxWidth = "100%";
	let i = document.createElement("figcaption");
	return i.textContent = `${t ? "A picture" : e}. Run the cell, and the page itself stands here.`, n.append(...t ? [r, i] : [i]), n;
}
var d = { render: c };
export { d as default };
