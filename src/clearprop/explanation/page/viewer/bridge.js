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
// src/notebook/bridge.ts
function o({ model: t, el: n }) {
	let r = Math.random().toString(36).slice(2), o = String(t.get("title")), l = s(o, Number(t.get("height"))), u = null, d = /* @__PURE__ */ new Map(), f = (e) => {
		for (let t of Object.keys(e)) d.set(t, e);
	}, p = async (a, o, s) => {
		let c = (e) => t.send({
			what: "send",
			view: r,
			digest: e
		}), u = await Promise.all(o.map((e) => i.text(e, c))), p = JSON.parse(await e(a));
		d.clear(), s.forEach(f), l.srcdoc = p.map((e) => typeof e == "number" ? u[e] : e).join(""), l.isConnected || n.replaceChildren(l);
	}, m = (e, [t]) => {
		(e.to === void 0 || e.to === r) && (e.what === "asset" && t && i.arrived(e.digest, t), e.what === "page" && t && p(t, e.assets, e.then), e.what === "say" && e.by !== r && (f(e.said), u?.postMessage(e.said)));
	};
	return l.addEventListener("load", () => {
		if (!l.srcdoc) return;
		u?.close();
		let e = new MessageChannel();
		u = e.port1, u.onmessage = ({ data: e }) => {
			f(e), t.send({
				what: "told",
				view: r,
				told: e
			});
		}, l.contentWindow?.postMessage(a, "*", [e.port2]);
		for (let e of new Set(d.values())) u.postMessage(e);
		u.postMessage({});
	}), n.replaceChildren(c(o, String(t.get("still")))), t.on("msg:custom", m), t.send({
		what: "open",
		view: r
	}), () => {
		t.off("msg:custom", m), u?.close(), l.remove(), t.send({
			what: "closed",
			view: r
		});
	};
}
function s(e, t) {
	let n = document.createElement("iframe");
	return n.title = e, n.setAttribute("sandbox", "allow-scripts allow-downloads"), n.allow = "clipboard-write", n.style.cssText = `display:block;width:100%;height:${t}px;border:0;border-radius:10px`, n;
}
function c(e, t) {
	let n = document.createElement("figure");
	n.style.margin = "0";
	let r = document.createElement("img");
	r.src = `data:image/svg+xml,${encodeURIComponent(t)}`, r.alt = e, r.style.maxWidth = "100%";
	let i = document.createElement("figcaption");
	return i.textContent = `${t ? "A picture" : e}. Run the cell, and the page itself stands here.`, n.append(...t ? [r, i] : [i]), n;
}
var l = { render: o };
export { l as default };
