// src/notebook/assets.ts
var e = class {
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
	arrived(e, t) {
		let n = new Blob([t]).stream().pipeThrough(new DecompressionStream("gzip"));
		this.waiting.get(e)?.(new Response(n).text()), this.waiting.delete(e);
	}
}, t = Symbol.for("clearprop: the code of pages"), n = globalThis;
n[t] ??= new e();
var r = n[t], i = "clearprop: a notebook";
// src/notebook/bridge.ts
function a({ model: e, el: t }) {
	let n = Math.random().toString(36).slice(2), a = String(e.get("title")), c = o(a, Number(e.get("height"))), l = null, u = /* @__PURE__ */ new Map(), d = (e) => {
		for (let t of Object.keys(e)) u.set(t, e);
	}, f = async (i, a, o) => {
		let s = (t) => e.send({
			what: "send",
			view: n,
			digest: t
		}), l = await Promise.all(a.map((e) => r.text(e, s)));
		u.clear(), o.forEach(d), c.srcdoc = i.map((e) => typeof e == "number" ? l[e] : e).join(""), c.isConnected || t.replaceChildren(c);
	}, p = (e, [t]) => {
		(e.to === void 0 || e.to === n) && (e.what === "asset" && t && r.arrived(e.digest, t), e.what === "page" && f(e.pieces, e.assets, e.then), e.what === "say" && e.by !== n && (d(e.said), l?.postMessage(e.said)));
	};
	return c.addEventListener("load", () => {
		if (!c.srcdoc) return;
		l?.close();
		let t = new MessageChannel();
		l = t.port1, l.onmessage = ({ data: t }) => {
			d(t), e.send({
				what: "told",
				view: n,
				told: t
			});
		}, c.contentWindow?.postMessage(i, "*", [t.port2]);
		for (let e of new Set(u.values())) l.postMessage(e);
	}), t.replaceChildren(s(a, String(e.get("still")))), e.on("msg:custom", p), e.send({
		what: "open",
		view: n
	}), () => {
		e.off("msg:custom", p), l?.close(), c.remove(), e.send({
			what: "closed",
			view: n
		});
	};
}
function o(e, t) {
	let n = document.createElement("iframe");
	return n.title = e, n.setAttribute("sandbox", "allow-scripts allow-downloads"), n.allow = "clipboard-write", n.style.cssText = `display:block;width:100%;height:${t}px;border:0;border-radius:10px`, n;
}
function s(e, t) {
	let n = document.createElement("figure");
	n.style.margin = "0";
	let r = document.createElement("img");
	r.src = `data:image/svg+xml,${encodeURIComponent(t)}`, r.alt = e, r.style.maxWidth = "100%";
	let i = document.createElement("figcaption");
	return i.textContent = "A picture. Run the cell, and the page itself stands here.", n.append(r, i), n;
}
var c = { render: a };
export { c as default };
